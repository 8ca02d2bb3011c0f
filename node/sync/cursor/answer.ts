import { POSITION_ID_BYTES } from "../../../wire/limits.ts";
import type { CursorOffer, Position, WireBundle } from "../../../wire/message.ts";
import { compareHeld, type Held, heldAt, heldOf } from "../../sets/held.ts";
import { type BundleStore } from "../../store/store.ts";
import { Reply } from "../reply.ts";
import { Effort, READ_WORK } from "../../net/work.ts";
import { walkSubset } from "../subset.ts";

/** What follows a cursor in its subset. */
export interface CursorAnswer {
  /** Ascending. */
  bundles: WireBundle[];
  /** Whether something is left, or may be. */
  more: boolean;
  /**
   * Where it ended; undefined when nothing is left, or when nothing behind the place that was named has been reached.
   */
  reached: Position | undefined;
}

/** Bundles in order, from a place on, until one reaches or passes the limit. */
export function answerCursor(
  store: BundleStore,
  { subset, after }: CursorOffer,
  limit: { replyBytes: number },
  effort = new Effort(),
): CursorAnswer {
  const reply = new Reply(store, limit.replyBytes);
  const passed = after === undefined ? undefined : heldOf(subset.low, after);
  let last: Held | undefined;
  const ended = walkSubset(store.index, subset, effort, (times, words, start, end) => {
    for (let i = start; i < end; i += 1) {
      const held = heldAt(times, words, i);
      if (passed !== undefined && compareHeld(held, passed) <= 0) continue;
      if (reply.isFull || !effort.affords(READ_WORK)) return false;
      last = held;
      reply.add(held);
    }
    return true;
  });
  const more = ended !== "end";
  return { bundles: reply.bundles, more, reached: more ? last && positionOf(last) : undefined };
}

function positionOf({ globalTime, w0, w1, w2, w3 }: Held): Position {
  const id = new Uint8Array(POSITION_ID_BYTES);
  const view = new DataView(id.buffer);
  [w0, w1, w2, w3].forEach((word, i) => view.setUint32(4 * i, word));
  return { globalTime, id };
}
