import type { Candidate } from "../../candidates/candidate.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import { MAX_GLOBAL_TIME } from "../../wire/limits.ts";
import { addressGroup } from "../../wire/address-scope.ts";
import { FewWitnesses } from "./few-witnesses.ts";
import type { BundleStore } from "../store/store.ts";

/** How far a global time may be ahead of what is plausible (the original's value). */
export const CLOCK_SLACK = 10_000;
/** Address groups whose lower median counts: one liar moves nothing. Whom the user named counts alone. */
const VOTERS = 3;
/**
 * So long fewer are listened to only if there are no more: as a contact lives, and twice as long as a node that
 * starts asks everybody it hears of. Whoever is about was met by then.
 */
const PATIENCE_MS = 60_000;
/**
 * The patience of who knows the count itself: whoever followed a liar meanwhile hears of us first, and says so no
 * more.
 */
const LONG_PATIENCE_MS = 10 * 60_000;
/**
 * So long those who count must say that our clock is too high: no short eclipse by liars makes us write again what is
 * right. Shorter than LONG_PATIENCE_MS, or they would follow us meanwhile.
 */
const CEILING_PATIENCE_MS = 5 * 60_000;
/** The original's value: contacts change slowly, bundles come by the thousand. */
const VIEW_LIFETIME_MS = 5_000;
/** While nobody's word counts, the next one may let a newcomer have what decides over all that comes. */
const UNWITNESSED_LIFETIME_MS = 100;

/**
 * The bound on global times that we accept: max(own, what contacts say) + slack, and never above the number of
 * bundles ever admitted + slack: a Lamport clock grows by one per bundle, so an honest time is never above the number
 * of bundles ever made. Both hold from the first bundle on, for whoever could write above the count to a newcomer
 * would make it write there itself, where those who know the count follow it no more. Nobody is locked out: what the
 * counts let a node admit has as many bundles below it as others ask for, so two nodes can always give each other
 * their oldest missing bundle. Only where bundles were forgotten before we came the count bounds nothing. What
 * contacts say is taken per address group.
 *
 * Where fewer than VOTERS groups say anything for a while, the lowest of their clocks counts like a median: else a
 * joiner that meets one node only never gets what is left of an old overlay. So one honest contact is enough against
 * any number of liars in two groups. Who is alone with a liar follows it; what it wrote meanwhile it writes again once
 * it hears what the others know (`ceiling`, node/own-bundles.ts). A newcomer whose own clock is further behind than the
 * slack says so, and is nobody's witness (`admitted`): those who join at once would hold each other back. What it may
 * take by now does not matter: until it has that, its word is the lowest.
 */
export class ClockBound {
  readonly #store: BundleStore;
  readonly #table: CandidateTable;
  /** Whether there was nothing here when we came, nor did we found the overlay. */
  readonly #isNewcomer: boolean;
  /**
   * What contacts say of the overlay's clock, and said at most of how many bundles it ever admitted; 0: too few say.
   */
  #clock = 0;
  #admitted = 0;
  /** What few say of the clock, as far as it counts; 0: it does not, or there are enough. */
  #few = 0;
  readonly #witnesses = new FewWitnesses();
  /**
   * How far their clocks are above what they, or we, ever admitted: more than the slack where bundles were forgotten.
   */
  #unaccounted = 0;
  /**
   * Whether some say something, and all of them that bundles were forgotten: then so does our own clock, see `#view`.
   */
  #allAreHeirs = false;
  /** Whether what contacts say counts. */
  #isWitnessed = false;
  /**
   * The highest that any contact said lately, and when: who lost sight of it, as when a tracker's answer resets the
   * candidates, is no witness at once. So long nobody follows who says less.
   */
  #highest = 0;
  #highestMs = -Infinity;
  /** What others take at most, and since when our clock has been above that: while nobody tells, it stands. */
  #ceiling = Infinity;
  #aboveSinceMs = Infinity;
  #viewedMs = -Infinity;

  constructor(store: BundleStore, table: CandidateTable, isFounder = false) {
    this.#store = store;
    this.#table = table;
    this.#isNewcomer = !isFounder && store.index.size === 0;
  }

  /** The highest global time acceptable now. */
  acceptable(now: number): number {
    const lifetimeMs = this.#isWitnessed ? VIEW_LIFETIME_MS : UNWITNESSED_LIFETIME_MS;
    if (now - this.#viewedMs >= lifetimeMs) this.#view(now);
    const plausible = Math.max(this.#store.clock, this.#clock) + CLOCK_SLACK;
    const ofFew = this.#few === 0 ? 0 : this.#few + CLOCK_SLACK;
    const bound = Math.max(Math.min(plausible, this.#densityBound()), ofFew);
    return Math.min(bound, MAX_GLOBAL_TIME);
  }

  /** What our own clock is too high above, as those say who count; undefined: it is not too high. */
  ceiling(now: number): number | undefined {
    const { clock, admitted } = this.#store;
    if (clock <= admitted + CLOCK_SLACK) return undefined;
    const acceptable = this.acceptable(now);
    if (this.#isWitnessed) {
      this.#ceiling = acceptable;
      this.#aboveSinceMs = clock > acceptable ? Math.min(this.#aboveSinceMs, now) : Infinity;
    }
    return now - this.#aboveSinceMs >= CEILING_PATIENCE_MS ? this.#ceiling : undefined;
  }

  /** The overlay's clock, to write by and to tell: what stands above the ceiling moves nothing. */
  time(now: number): number {
    const ceiling = this.ceiling(now);
    if (ceiling === undefined) return this.#store.clock;
    const { index } = this.#store;
    const below = index.rank(ceiling + 1);
    return Math.max(this.#clock, this.#few, below === 0 ? 0 : index.timeAt(below - 1));
  }

  /** Bundles ever admitted, to tell others; 0: ours are not all, so we cannot say. */
  admitted(now: number): number {
    this.acceptable(now);
    const isBehind = this.#isNewcomer && this.#highest > this.#store.clock + CLOCK_SLACK;
    return isBehind ? 0 : this.#store.admitted;
  }

  #densityBound(): number {
    const admitted = Math.max(this.#store.admitted, this.#admitted);
    const isHeir = this.#allAreHeirs && this.#store.clock - admitted > CLOCK_SLACK;
    const isForgotten = isHeir || this.#unaccounted > CLOCK_SLACK;
    return isForgotten ? Infinity : admitted + CLOCK_SLACK;
  }

  #view(now: number): void {
    this.#viewedMs = now;
    const all = this.#voters(now);
    this.#hearHighest(Math.max(0, ...all.map(({ globalTime }) => globalTime!)), now);
    const voters = all.filter((voter) => !this.#abstains(voter));
    const own = this.#store.admitted;
    this.#clock = told(voters, ({ globalTime }) => globalTime!);
    // Remembered: what it let us admit would otherwise look, once nobody says so any more, as if bundles had been
    // forgotten.
    const admitted = told(voters, ({ admitted: count }) => count!);
    this.#admitted = Math.max(this.#admitted, admitted);
    // Of each voter by itself: medians of two figures may come of two voters.
    const unaccounted = (voter: Candidate) => voter.globalTime! - Math.max(voter.admitted!, own);
    this.#unaccounted = told(voters, unaccounted);
    // Our own clock alone is no witness: what others told before a restart may have let us admit times above our count.
    this.#allAreHeirs =
      voters.length > 0 && voters.every((voter) => unaccounted(voter) > CLOCK_SLACK);
    this.#hearFew(voters, now);
    this.#isWitnessed = this.#clock > 0 || this.#few > 0;
  }

  #hearHighest(highest: number, now: number): void {
    const isRemembered = now - this.#highestMs < PATIENCE_MS;
    if (highest < this.#highest && isRemembered) return;
    this.#highest = highest;
    this.#highestMs = now;
  }

  #hearFew(voters: Candidate[], now: number): void {
    this.#few = 0;
    if (voters.length >= VOTERS) return this.#witnesses.reset();
    const clocks = voters.map(({ globalTime }) => globalTime!);
    const lowest = clocks.length === 0 ? undefined : Math.min(...clocks);
    this.#few = this.#witnesses.hear(lowest, this.#patienceMs, now);
  }

  get #patienceMs(): number {
    const { clock, admitted } = this.#store;
    const knowsCount = !this.#isNewcomer && clock <= admitted + CLOCK_SLACK;
    return knowsCount ? LONG_PATIENCE_MS : PATIENCE_MS;
  }

  /** Whether it says that it cannot tell. What it holds above our clock speaks all the same. */
  #abstains({ admitted, globalTime }: Candidate): boolean {
    return admitted === 0 && globalTime! <= this.#store.clock;
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
