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
 * The bound on global times that we accept: max(own, what contacts say) + slack, and never above the number of bundles ever
 * admitted + slack: a Lamport clock grows by one per bundle, so an honest time is never above the number of bundles ever
 * made. Both hold from the first bundle on, for whoever could write above the count to a newcomer would make it write there
 * itself, where those who know the count follow it no more. Nobody is locked out: what the counts let a node admit has as many
 * bundles below it as others ask for, so two nodes can always give each other their oldest missing bundle. Only where
 * bundles were forgotten before we came the count bounds nothing. What contacts say is taken per address group.
 */
export class ClockBound {
  readonly #store: BundleStore;
  readonly #table: CandidateTable;
  /** What contacts say of the overlay's clock, and said at most of how many bundles it ever admitted; 0: too few say. */
  #clock = 0;
  #admitted = 0;
  /** How far their clocks are above what they, or we, ever admitted: more than the slack where bundles were forgotten. */
  #unaccounted = 0;
  /** Whether some say something, and all of them that bundles were forgotten: then so does our own clock, see `#view`. */
  #allAreHeirs = false;
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

  #densityBound(): number {
    const admitted = Math.max(this.#store.admitted, this.#admitted);
    const isHeir = this.#allAreHeirs && this.#store.clock - admitted > CLOCK_SLACK;
    const isForgotten = isHeir || this.#unaccounted > CLOCK_SLACK;
    return isForgotten ? Infinity : admitted + CLOCK_SLACK;
  }

  #view(now: number): void {
    this.#viewedMs = now;
    const voters = this.#voters(now);
    const own = this.#store.admitted;
    this.#clock = told(voters, ({ globalTime }) => globalTime!);
    // Remembered: what it let us admit would otherwise look, once nobody says so any more, as if bundles had been forgotten.
    const admitted = told(voters, ({ admitted: count }) => count!);
    this.#admitted = Math.max(this.#admitted, admitted);
    // Of each voter by itself: medians of two figures may come of two voters.
    const unaccounted = (voter: Candidate) => voter.globalTime! - Math.max(voter.admitted!, own);
    this.#unaccounted = told(voters, unaccounted);
    // Our own clock alone is no witness: what others told before a restart may have let us admit times above our count.
    this.#allAreHeirs =
      voters.length > 0 && voters.every((voter) => unaccounted(voter) > CLOCK_SLACK);
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
