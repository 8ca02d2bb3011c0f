import { MAX_FILL } from "../../../wire/limits.ts";
import type { BloomOffer } from "../../../wire/message.ts";
import { heldAt } from "../../sets/held.ts";
import { type Compared } from "../../store/store.ts";
import { type Found, NOTHING, Reply, type ReplyLimit } from "../reply.ts";
import { BloomFilter } from "./bloom.ts";
import { walkSubset } from "../subset.ts";
import { Effort, READ_WORK, TEST_WORK } from "../../net/work.ts";

/**
 * Filter tests per offer, at 0.2 to 0.4 us each. A filter that fits a datagram speaks of some 1,200 bundles, so an
 * honest offer ends long before; and a hostile one can hardly make so many look present.
 */
export const MAX_EXAMINED = 20_000;
/** What the offer's sender lacks, ascending by global time, but for what comes first. */
export interface Missing extends Found {
  /** Whether the subset has more, or may have: a limit ended the search. */
  more: boolean;
  /** Filter tests done. */
  examined: number;
  /** Why nothing was looked for. */
  rejected?: "filter-overfull";
}

/**
 * The bundles that an offer calls for. Ascending, so that policies and grants come before what depends on them.
 *
 * The offer is somebody else's: what it costs us is bounded by `effort`, whatever range, filter and number of
 * functions it names, and it never makes us look outside its range.
 */
export function missing(
  store: Compared,
  offer: BloomOffer,
  limit: ReplyLimit,
  effort = new Effort(),
): Missing {
  const filter = BloomFilter.of(offer);
  if (filter.fill > MAX_FILL) {
    return { ...NOTHING, more: false, examined: 0, rejected: "filter-overfull" };
  }
  const reply = new Reply(store, limit);
  let examined = 0;
  const ended = walkSubset(store.index, offer.subset, effort, (times, words, start, end) => {
    for (let i = start; i < end; i += 1) {
      const affordable = Math.floor(effort.left / TEST_WORK);
      const stop = Math.min(end, i + Math.min(MAX_EXAMINED - examined, Math.max(0, affordable)));
      const at = filter.firstMissing(words, i, stop);
      const tested = Math.min(at + 1, stop) - i;
      examined += tested;
      effort.spend(tested * TEST_WORK);
      if (at === stop) return stop === end;
      // Only here, at something missing that does not fit, is it certain that there is more.
      if (reply.isFull || !effort.affords(READ_WORK)) return false;
      i = at;
      reply.add(heldAt(times, words, at));
    }
    return true;
  });
  return { ...reply.found, more: ended !== "end", examined };
}
