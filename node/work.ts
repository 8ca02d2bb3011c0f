import type { Address } from "../wire/address.ts";
import { addressGroup } from "../wire/scope.ts";
import { TokenBuckets } from "./token-buckets.ts";

/**
 * Work is counted in entries of an index that a walk passes, at 10 to 50 ns each: the core knows no clock, and equal input must do equal work.
 * What else an answer does is counted in the same unit, as measured beside such a walk (test/node/stalls.test.ts).
 */
export const TEST_WORK = 4;
/** An entry that goes into a sketch. */
export const SKETCH_WORK = 5;
/** A bundle read from disk and sent. */
export const READ_WORK = 200;
/** What every offer costs, however little it asks for: 50 us. */
const OFFER_WORK = 2_000;

/** Of one answer: it ends well before 10 ms are over, which is what the event loop of a node may be held up at a time. */
export const MAX_ANSWER_WORK = 300_000;
/** An answer with less work left would not be worth its datagram. */
const LEAST_ANSWER_WORK = MAX_ANSWER_WORK / 10;

/** An address group draws a seventh of the loop at most: twice what the fastest joiner that was measured asks for. */
const GROUP_WORK_PER_SECOND = 5_000_000;
/** All together draw less than a third of it. */
const WORK_PER_SECOND = 10_000_000;
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

/** Limits the work that offers cause: per group of addresses that one party is likely to hold, and in all. */
export class WorkBudget {
  readonly #groups = bucketsOf(GROUP_WORK_PER_SECOND, MAX_GROUPS);
  readonly #all = bucketsOf(WORK_PER_SECOND, 1);

  /** What an offer from this address may cost now; undefined when it is to be refused. */
  effort(from: Address, now: number): Effort | undefined {
    const own = this.#groups.available(addressGroup(from.ip), now);
    // The last half of all is for groups that drew little: so those that draw much, even together, leave something to everybody else.
    const reserve = own < this.#groups.burst / 2 ? this.#all.burst / 2 : 0;
    const work = Math.min(own, this.#all.available(ALL, now) - reserve, MAX_ANSWER_WORK);
    return work < LEAST_ANSWER_WORK ? undefined : new Effort(work);
  }

  /** An offer was answered, or refused, and cost that much work. */
  spend(from: Address, work: number, now: number): void {
    this.#groups.spend(addressGroup(from.ip), work + OFFER_WORK, now);
    this.#all.spend(ALL, work + OFFER_WORK, now);
  }
}

/** A second's worth at once. */
function bucketsOf(perSecond: number, most: number): TokenBuckets {
  return new TokenBuckets({ perSecond, burst: perSecond, most });
}
