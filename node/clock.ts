import type { CandidateTable } from "../candidates/table.ts";
import { addressGroup } from "../wire/scope.ts";
import { MAX_GLOBAL_TIME } from "../wire/limits.ts";
import type { BundleStore } from "./store/store.ts";

/** How far a global time may be ahead of what is plausible (the original's value). */
export const CLOCK_SLACK = 10_000;
/** Address groups that must agree before their median moves anything: one liar, or two, move nothing. */
const MEDIAN_VOTERS = 3;
/** The original's value: contacts change slowly, bundles come by the thousand. */
const MEDIAN_LIFETIME_MS = 5_000;

/**
 * The bound on global times that we accept. A Lamport clock grows by one per bundle, so an honest time is never above the
 * number of bundles ever made.
 */
export class ClockBound {
  readonly #store: BundleStore;
  readonly #table: CandidateTable;
  /** Bundles admitted elsewhere that we never saw; undefined until a contact showed the set we hold. */
  #forgotten: number | undefined;

  #median = 0;
  #medianAtMs = -Infinity;

  constructor(store: BundleStore, table: CandidateTable) {
    this.#store = store;
    this.#table = table;
  }

  /** The highest global time acceptable now. */
  acceptable(now: number): number {
    if (now - this.#medianAtMs >= MEDIAN_LIFETIME_MS) {
      this.#median = this.#medianOfContacts(now);
      this.#medianAtMs = now;
    }
    const seen = Math.max(this.#store.clock, this.#median) + CLOCK_SLACK;
    return Math.min(seen, this.#densityBound(), MAX_GLOBAL_TIME);
  }

  /**
   * A contact says what it holds. Once it is what we hold, the density rule binds: no time above the count of bundles ever
   * admitted, the forgotten ones included, of which a newcomer learns only from such a contact.
   */
  contactHolds(holdings: { count: number; globalTime: number; admitted: number }): void {
    const { index, clock, admitted } = this.#store;
    if (this.#forgotten !== undefined || index.size === 0) return;
    if (holdings.count !== index.size || holdings.globalTime !== clock) return;
    this.#forgotten = Math.max(holdings.admitted, admitted) - admitted;
  }

  #densityBound(): number {
    if (this.#forgotten === undefined) return Infinity;
    return this.#forgotten + this.#store.admitted + CLOCK_SLACK;
  }

  /** The lower median of the clocks of contacted peers, one per address group; 0 when too few say. */
  #medianOfContacts(now: number): number {
    const times = new Map<string, number>();
    for (const { address, globalTime } of this.#table.list("contacted", now)) {
      if (globalTime !== undefined) times.set(addressGroup(address.ip), globalTime);
    }
    if (times.size < MEDIAN_VOTERS) return 0;
    const sorted = [...times.values()].sort((a, b) => a - b);
    return sorted[(sorted.length - 1) >> 1]!;
  }
}
