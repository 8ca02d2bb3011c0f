import { SharedQuota } from "../../candidates/shared-quota.ts";
import type { Address } from "../../wire/address.ts";
import { shareGroup } from "../../wire/address-scope.ts";

const INTERVAL_MS = 1_000;
/**
 * Puncture-requests to one candidate per second. Whoever searches for a path to it seeks it at most 5 times, of each of
 * 3 introducers: so many can begin in one second. It is 3 kB.
 */
const MAX_REQUESTS = 32;
/**
 * More, for each request of its own: turns are even, so it is introduced about as often as it asks. Twice, for chance.
 */
const EARNED_BY_REQUEST = 2;

/**
 * How often a candidate is asked to puncture, whoever wants it: seekers cannot aim a tracker at it, nor use up what
 * others need to reach it. BOUNDED: by what is received in INTERVAL_MS, then forgotten.
 */
export class PunctureLimit {
  #byCandidate = new Map<string, SharedQuota>();
  /** What those earned whom nobody wished for yet. */
  #earned = new Map<string, number>();
  #untilMs = -Infinity;

  /** It sent a request of its own, and showed our token. */
  earned(candidate: Address, now: number): void {
    this.#renew(now);
    const { key } = candidate;
    const quota = this.#byCandidate.get(key);
    if (quota !== undefined) return quota.grow(EARNED_BY_REQUEST);
    this.#earned.set(key, (this.#earned.get(key) ?? 0) + EARNED_BY_REQUEST);
  }

  /** Whether it may be asked to puncture for somebody. */
  allows(candidate: Address, wisher: Address, now: number): boolean {
    return this.#quota(candidate, now).hasRoomFor(shareGroup(wisher));
  }

  /** The same, and counts. */
  take(candidate: Address, wisher: Address, now: number): boolean {
    return this.#quota(candidate, now).take(shareGroup(wisher));
  }

  #quota({ key }: Address, now: number): SharedQuota {
    this.#renew(now);
    let quota = this.#byCandidate.get(key);
    if (quota === undefined) {
      quota = new SharedQuota(MAX_REQUESTS + (this.#earned.get(key) ?? 0));
      this.#byCandidate.set(key, quota);
    }
    return quota;
  }

  #renew(now: number): void {
    if (now < this.#untilMs) return;
    this.#byCandidate = new Map();
    this.#earned = new Map();
    this.#untilMs = now + INTERVAL_MS;
  }
}
