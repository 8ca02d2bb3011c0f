import type { MvdsChat } from "./mvds-world.ts";

/** One way in which MVDS, or what was proposed to extend it, carries a chat. */
export interface MvdsForm extends Pick<MvdsChat, "mvds" | "multicast"> {
  name: string;
}

/** As in the shipped filters. */
const FALSE_POSITIVE_RATE = 0.01;
/** Of 100: a push alone misses one in 150. */
const FAN_OUT = 5;

const filters = (answers: "waiting" | "held") =>
  ({ falsePositiveRate: FALSE_POSITIVE_RATE, answers, maybe: "later" }) as const;

/** As specified: the author tells each member until it acknowledges. */
export const INTERACTIVE: MvdsForm = {
  name: "interactive: offer, request, message, ack",
  mvds: { mode: "interactive" },
  multicast: false,
};
export const BATCH: MvdsForm = {
  name: "batch: message, ack",
  mvds: { mode: "batch" },
  multicast: false,
};
/** One sending counts once, however many hear it. */
export const MULTICAST: MvdsForm = { ...INTERACTIVE, name: "multicast", multicast: true };
/** What a member is told of, it tells so many others, once; filters find what that missed. */
export const FEW_OF_MANY: MvdsForm = {
  name: `${FAN_OUT} of the members, told once`,
  mvds: { relays: true, repeats: false, fanOut: FAN_OUT, filters: filters("held") },
  multicast: false,
};
/** A filter is an acknowledgement that may be wrong: it decides when a message is sent again, not whether. */
export const PROBABLE_ACKS: MvdsForm = {
  name: "batch, filters as probable acks",
  mvds: { mode: "batch", filters: filters("waiting") },
  multicast: false,
};
/** Nothing is told or acknowledged: each asks with a filter, and gets what it lacks of whoever has it. */
export const FILTERS: MvdsForm = {
  name: "filters alone",
  mvds: { mode: "pull", filters: filters("held") },
  multicast: false,
};
