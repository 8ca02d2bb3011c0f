import { ELIGIBLE_DELAY_MS } from "./constants.ts";

/**
 * When each wide address group was asked last. A step goes to a group that rested for ELIGIBLE_DELAY_MS while there is
 * one, so that whoever owns a whole /16, and keeps the oldest places of every bucket, gets 5 / 27.5 = 18 % of the
 * steps. BOUNDED: by the candidates asked within ELIGIBLE_DELAY_MS.
 */
export class GroupRest {
  /** By group, longest ago first. */
  readonly #askedMs = new Map<string, number>();

  asked(group: string, now: number): void {
    for (const [oldest, askedMs] of this.#askedMs) {
      if (now < askedMs + ELIGIBLE_DELAY_MS) break;
      this.#askedMs.delete(oldest);
    }
    this.#askedMs.delete(group);
    this.#askedMs.set(group, now);
  }

  isRested(group: string, now: number): boolean {
    const askedMs = this.#askedMs.get(group);
    return askedMs === undefined || now >= askedMs + ELIGIBLE_DELAY_MS;
  }
}
