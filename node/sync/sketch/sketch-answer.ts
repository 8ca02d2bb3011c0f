import type { Answer, SketchOffer } from "../../../wire/message.ts";
import { compareHeld, type Held } from "../../sets/held.ts";
import { type Compared, type Sketched } from "../../store/store.ts";
import type { EpochKey } from "../../sets/epoch.ts";
import { Effort, READ_WORK } from "../../net/work.ts";
import { type Found, NOTHING, Reply, type ReplyLimit } from "../reply.ts";
import type { Element } from "../../sets/element.ts";
import { estimateElements } from "./estimate.ts";
import { sketchOf } from "./sketch.ts";
import { peel, Symbols } from "../../sets/symbols.ts";

/** What a sketch shows. */
export interface SketchAnswer extends Found, Pick<Answer, "more" | "undecoded"> {
  /** What we lack. */
  wanted: Element[];
}

/** Whoever gets this knows that the difference is too large for sketches, or that we do not read them. */
export const UNDECODABLE = 2 ** 32 - 1;

/**
 * What an offer by sketch calls for, on both sides. Its cost is bounded whatever it says: by `effort`, and as the
 * symbols are at most MAX_SYMBOLS and nothing is found in them more often than that.
 */
export function answerSketch(
  store: Compared,
  key: EpochKey,
  offer: SketchOffer,
  limit: ReplyLimit,
  effort = new Effort(),
): SketchAnswer {
  const sketched = store.index.sketch(key);
  // It is being made: nothing is known of the difference, and soon it will be.
  if (sketched === undefined) return { ...NOTHING, wanted: [], more: true };
  const theirs = Symbols.ofBytes(offer.symbols);
  const own = sketchOf(store.index, key, offer.subset, theirs.length, effort);
  if (own === undefined) return { ...NOTHING, wanted: [], more: false, undecoded: UNDECODABLE };
  const difference = theirs;
  difference.subtract(own.symbols);
  const { occupied } = difference;
  const found = peel(difference);
  const { lacked, wanted } = sides(found, sketched);
  const answer = { ...take(store, lacked, limit, effort), wanted };
  if (difference.occupied === 0) return answer;
  // What the symbols looked like at first, and the two counts, tell how many elements there are.
  const estimated = estimateElements(occupied, difference.length);
  const inAll = Math.max(estimated, Math.abs(own.count - offer.count));
  return { ...answer, undecoded: Math.max(1, inAll - found.length) };
}

/** What we hold is what they lack, and the other way round. */
function sides(found: Element[], sketched: Sketched): { lacked: Held[]; wanted: Element[] } {
  const lacked: Held[] = [];
  const wanted: Element[] = [];
  for (const element of found) {
    const held = sketched.find(element);
    if (held === undefined) wanted.push(element);
    else lacked.push(held);
  }
  return { lacked: lacked.sort(compareHeld), wanted };
}

/** As many as the limit allows. */
function take(
  store: Compared,
  lacked: Held[],
  limit: ReplyLimit,
  effort: Effort,
): Found & { more: boolean } {
  const reply = new Reply(store, limit);
  for (const held of lacked) {
    if (reply.isFull || !effort.affords(READ_WORK)) return { ...reply.found, more: true };
    reply.add(held);
  }
  return { ...reply.found, more: false };
}
