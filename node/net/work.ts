import type { Address } from "../../wire/address.ts";
import { addressGroup } from "../../wire/address-scope.ts";
import { TokenBuckets } from "../../nat/token-buckets.ts";

/**
 * Work is counted in entries of an index that a walk passes, at 10 to 50 ns each: the core knows no clock, and equal
 * input must do equal work. What else an answer does is counted in the same unit, as measured beside such a walk
 * (test/node/stalls.long.test.ts).
 */
export const TEST_WORK = 4;
/** An entry that goes into a sketch. */
export const SKETCH_WORK = 5;
/** A bundle read from disk and sent. */
export const READ_WORK = 100;
/** What every offer costs, however little it asks for: 50 us. */
const OFFER_WORK = 2_000;

/**
 * Of one answer: it ends well before 10 ms are over, which is what the event loop of a node may be held up at a time.
 */
export const MAX_ANSWER_WORK = 225_000;
/** An answer with less work left would not be worth its datagram. */
const LEAST_ANSWER_WORK = MAX_ANSWER_WORK / 10;

/**
 * An address group alone draws a tenth of the loop, at 40 ns: twice what the fastest joiner that was measured asks for.
 */
const GROUP_WORK_PER_SECOND = 2_500_000;
/** At once: several answers. */
const GROUP_BURST_WORK = GROUP_WORK_PER_SECOND / 2;
/** All together draw a fifth of it. */
const WORK_PER_SECOND = 5_000_000;
/** Those who draw share this, so that whoever comes new finds something left. */
const SHARED_WORK_PER_SECOND = (WORK_PER_SECOND * 3) / 4;
/** To count those who draw takes up to 0.2 ms. */
const COUNT_INTERVAL_MS = 100;
const MAX_GROUPS = 4_096;
const ALL = "all";

/** The work that may still be done for one answer. */
export class Effort {
  left: number;

  constructor(left = MAX_ANSWER_WORK) {
    this.left = left;
  }

  spend(work: number): void {
    this.left -= work;
  }

  /** Whether there is enough left; if so, it is spent. */
  affords(work: number): boolean {
    if (this.left < work) return false;
    this.left -= work;
    return true;
  }
}

/**
 * Limits the work that offers cause: per group of addresses that one party is likely to hold, and in all. Of groups
 * that draw at the same time each gets an equal share: work is the dearer to each, the more of them there are.
 */
export class WorkBudget {
  readonly #groups = new TokenBuckets({
    perSecond: GROUP_WORK_PER_SECOND,
    burst: GROUP_BURST_WORK,
    most: MAX_GROUPS,
  });
  readonly #all = new TokenBuckets({
    perSecond: WORK_PER_SECOND,
    burst: WORK_PER_SECOND,
    most: 1,
  });
  #price = 1;
  #pricedMs = -Infinity;

  /** What an offer from this address may cost now; undefined when it is to be refused. */
  effort(from: Address, now: number): Effort | undefined {
    this.#setPrice(now);
    const own = this.#groups.available(addressGroup(from.ip), now) / this.#price;
    const work = Math.min(own, this.#all.available(ALL, now), MAX_ANSWER_WORK);
    return work < LEAST_ANSWER_WORK ? undefined : new Effort(work);
  }

  /** An offer was answered, and cost that much work. */
  spend(from: Address, work: number, now: number): void {
    const spent = work + OFFER_WORK;
    this.#groups.spend(addressGroup(from.ip), spent * this.#price, now);
    this.#all.spend(ALL, spent, now);
  }

  #setPrice(now: number): void {
    if (now - this.#pricedMs < COUNT_INTERVAL_MS) return;
    this.#pricedMs = now;
    const demand = this.#groups.drawing(now) * GROUP_WORK_PER_SECOND;
    this.#price = Math.max(1, demand / SHARED_WORK_PER_SECOND);
  }
}
