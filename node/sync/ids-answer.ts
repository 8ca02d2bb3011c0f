import type { IdsOffer } from "../../wire/message.ts";
import { type Effort, READ_WORK } from "../net/work.ts";
import type { Compared } from "../store/store.ts";
import { type Found, Reply, type ReplyLimit } from "./reply.ts";

/**
 * Those of the named bundles that are held, ascending. Who asked takes what does not come for not held, unless `more`.
 */
export function answerIds(
  store: Compared,
  { places }: IdsOffer,
  limit: ReplyLimit,
  effort: Effort,
): Found & { more: boolean } {
  const reply = new Reply(store, limit);
  for (const held of places) {
    if (!store.index.has(held)) continue;
    if (reply.isFull || !effort.affords(READ_WORK)) return { ...reply.found, more: true };
    reply.add(held);
  }
  return { ...reply.found, more: false };
}
