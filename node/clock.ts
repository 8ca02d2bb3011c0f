import type { Candidate } from "../candidates/candidate.ts";
import type { CandidateTable } from "../candidates/table.ts";
import { MAX_GLOBAL_TIME } from "../wire/limits.ts";
import { addressGroup } from "../wire/scope.ts";
import type { BundleStore } from "./store/store.ts";

/** How far a global time may be ahead of what is plausible (the original's value). */
export const CLOCK_SLACK = 10_000;
/** Address groups whose lower median counts: one liar moves nothing. Whom the user named counts alone. */
const VOTERS = 3;
/** The original's value: contacts change slowly, bundles come by the thousand. */
const VIEW_LIFETIME_MS = 5_000;

/**
 * The bound on global times that we accept: max(own, what contacts say) + slack. And, once a contact held what we hold,
 * never above the number of bundles ever admitted + slack: a Lamport clock grows by one per bundle, so an honest time
 * is never above the number of bundles ever made. What contacts say is taken per address group.
 */
export class ClockBound {
  readonly #store: BundleStore;
  readonly #table: CandidateTable;
  /** What contacts say of the overlay's clock, and of how many bundles it ever admitted; 0: too few say. */
  #clock = 0;
  #admitted = 0;
  /** Whether we hold what others hold, so that our count of bundles means something. */
  #isSettled = false;
  #viewedMs = -Infinity;

  constructor(store: BundleStore, table: CandidateTable) {
    this.#store = store;
    this.#table = table;
  }

  /** The highest global time acceptable now. */
  acceptable(now: number): number {
    if (now - this.#viewedMs >= VIEW_LIFETIME_MS) this.#view(now);
    const plausible = Math.max(this.#store.clock, this.#clock) + CLOCK_SLACK;
    return Math.min(plausible, this.#densityBound(), MAX_GLOBAL_TIME);
  }

  /** Bundles were forgotten before we came when the clock is above the count: then the count bounds nothing. */
  #densityBound(): number {
    const { clock, admitted } = this.#store;
    const bound = Math.max(admitted, this.#admitted) + CLOCK_SLACK;
    return this.#isSettled && clock <= bound ? bound : Infinity;
  }

  #view(now: number): void {
    this.#viewedMs = now;
    const voters = this.#voters(now);
    this.#clock = told(voters, ({ globalTime }) => globalTime!);
    this.#admitted = told(voters, ({ admitted }) => admitted!);
    const { index, clock, admitted } = this.#store;
    const isFarAhead = (voter: Candidate) => voter.admitted! > admitted + CLOCK_SLACK;
    const holdsTheSame = ({ count, globalTime }: Candidate) =>
      count === index.size && globalTime === clock;
    if (voters.length === 0) return;
    if (voters.filter(isFarAhead).length * 2 >= voters.length) this.#isSettled = false;
    else if (index.size > 0 && voters.some(holdsTheSame)) this.#isSettled = true;
  }

  /** Contacts that told what they hold, the latest of each address group. */
  #voters(now: number): Candidate[] {
    const voters = new Map<string, Candidate>();
    for (const candidate of this.#table.list("contacted", now)) {
      if (candidate.count === undefined) continue;
      const { address, isSeed } = candidate;
      voters.set(isSeed ? address.key : addressGroup(address.ip), candidate);
    }
    return [...voters.values()];
  }
}

/** The highest that somebody says whom the user named, or the lower median of what enough others say. */
function told(voters: Candidate[], figure: (voter: Candidate) => number): number {
  const named = voters.filter(({ isSeed }) => isSeed).map(figure);
  const sorted = voters.map(figure).sort((a, b) => a - b);
  const median = sorted.length < VOTERS ? 0 : sorted[(sorted.length - 1) >> 1]!;
  return Math.max(median, ...named);
}
