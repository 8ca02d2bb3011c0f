import { ELIGIBLE_DELAY_MS } from "./constants.ts";

/** As many as a node's table holds candidates; a group that is forgotten counts as never asked. */
const MAX_GROUPS = 1_024;

/**
 * When each wide address group was asked last, so that steps are shared among groups, however many candidates each of them
 * has and how well they keep themselves the oldest of a bucket. BOUNDED: by MAX_GROUPS, the longest unasked makes room.
 */
export class GroupRest {
  /** By group, longest ago first. */
  readonly #askedMs = new Map<string, number>();

  asked(group: string, now: number): void {
    this.#askedMs.delete(group);
    this.#askedMs.set(group, now);
    if (this.#askedMs.size <= MAX_GROUPS) return;
    this.#askedMs.delete(this.#askedMs.keys().next().value!);
  }

  /** Monotonic ms; -Infinity: never, as far as remembered. */
  askedMs(group: string): number {
    return this.#askedMs.get(group) ?? -Infinity;
  }

  /** Whether it may be asked again before groups that rest. One /16 so gets 5 / 27.5 = 18 % of the steps at most. */
  isRested(group: string, now: number): boolean {
    return now >= this.askedMs(group) + ELIGIBLE_DELAY_MS;
  }
}
