import { MAX_REUSES } from "../../node/sync/filter/bloom-offers.ts";

/** One filter and what it brings: the answers to it while it is sent again. */
export interface Replies {
  /** R: bundles per answer. The answer ends with the bundle that reaches the limit. */
  perAnswer: number;
  /** Bundles that may be added to the filter before it is too full to be sent again. */
  room: number;
}

/** Most that one filter brings: it is sent again while what came fits in the room, so many times. */
export function mostPerFilter({ perAnswer, room }: Replies): number {
  return perAnswer * (1 + Math.min(MAX_REUSES, Math.floor(Math.max(0, room) / perAnswer)));
}

/**
 * Offers sent with one filter that finds `found` bundles on average, when it finds any: one per answer, and one more
 * that brings nothing, unless the filter is full or may not be sent again by then. How many it finds is Poisson: they
 * are spread at random.
 */
export function offersPerFilter(found: number, replies: Replies): number {
  const { perAnswer, room } = replies;
  const most = mostPerFilter(replies);
  if (found >= most) return most / perAnswer;
  const some = -Math.expm1(-found);
  if (some < 1e-9) return 1 + (room >= 1 ? 1 : 0);
  let offers = 0;
  let logarithm = -found;
  for (let count = 1; count <= found + 8 * Math.sqrt(found) + 8; count++) {
    logarithm += Math.log(found / count);
    const answers = Math.min(Math.ceil(count / perAnswer), most / perAnswer);
    const goesOn = count <= room && answers <= MAX_REUSES;
    offers += Math.exp(logarithm) * (answers + (goesOn ? 1 : 0));
  }
  return offers / some;
}
