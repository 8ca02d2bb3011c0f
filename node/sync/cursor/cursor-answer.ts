import type { CursorOffer, Position } from "../../../wire/message.ts";
import { compareHeld, type Held, heldAt } from "../../sets/held.ts";
import { type Compared } from "../../store/store.ts";
import { type Found, Reply, type ReplyLimit } from "../reply.ts";
import { Effort, READ_WORK } from "../../net/work.ts";
import { walkSubset, type WalkEnd } from "../subset.ts";
import { positionOf, type Stretch, stretchOf } from "./stretches.ts";

/** What a cursor asks for, ascending. */
export interface CursorAnswer extends Found {
  /** Whether something is left, or may be. */
  more: boolean;
  /** Where it ended; undefined when nothing is left, or when nothing of the ranges has been reached. */
  reached: Position | undefined;
}

/** Bundles of some stretches in order, until one reaches or passes the limit. */
export function answerCursor(
  store: Compared,
  { subset, ranges }: CursorOffer,
  limit: ReplyLimit,
  effort = new Effort(),
): CursorAnswer {
  const reply = new Reply(store, limit);
  let last: Held | undefined;
  const take = ({ from, before }: Stretch): WalkEnd => {
    const low = Math.max(subset.low, from.globalTime);
    const high = Math.min(subset.high, before?.globalTime ?? Infinity);
    let isPast = false;
    const ended = walkSubset(
      store.index,
      { ...subset, low, high },
      effort,
      (times, words, start, end) => {
        for (let i = start; i < end; i += 1) {
          const held = heldAt(times, words, i);
          if (compareHeld(held, from) < 0) continue;
          isPast = before !== undefined && compareHeld(held, before) >= 0;
          if (isPast || reply.isFull || !effort.affords(READ_WORK)) return false;
          last = held;
          reply.add(held);
        }
        return true;
      },
    );
    return isPast ? "end" : ended;
  };
  const more = ranges.some((range) => take(stretchOf(range)) !== "end");
  return { ...reply.found, more, reached: more ? last && positionOf(last) : undefined };
}
