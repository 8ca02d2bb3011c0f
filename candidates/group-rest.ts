import { ELIGIBLE_DELAY_MS } from "./constants.ts";

/**
 * How long it is known who was asked. Half of an attacker's networks then still are, when it has as many as a walk
 * visits in ten minutes.
 */
const REMEMBERED_MS = 300_000;

/**
 * When each wide address group was asked last. A step goes to a group that rested for ELIGIBLE_DELAY_MS while there is
 * one, so that whoever owns a whole /16, and keeps the oldest places of every bucket, gets 5 / 27.5 = 18 % of the
 * steps; and of those that rested, to the one asked longest ago, so that many groups get no more turns each than few.
 * BOUNDED: by the candidates asked within REMEMBERED_MS, 60 of the walk and who is asked at a start.
 */
export class GroupRest {
  /** By group, longest ago first. */
  readonly #askedMs = new Map<string, number>();

  asked(group: string, now: number): void {
    for (const [oldest, askedMs] of this.#askedMs) {
      if (now < askedMs + REMEMBERED_MS) break;
      this.#askedMs.delete(oldest);
    }
    this.#askedMs.delete(group);
    this.#askedMs.set(group, now);
  }

  isRested(group: string, now: number): boolean {
    return now >= this.askedMs(group) + ELIGIBLE_DELAY_MS;
  }

  /** -Infinity: not within REMEMBERED_MS. */
  askedMs(group: string): number {
    return this.#askedMs.get(group) ?? -Infinity;
  }
}
