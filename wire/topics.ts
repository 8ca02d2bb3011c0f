import { equalBytes, utf8 } from "./bytes.ts";

/** A topic of which all bundles are kept. */
export const KEEP_ALL = 0xffff_ffff;

/** Topics that begin so are the program's own. */
export const RESERVED_PREFIX = "dispersy:";
/** The newest bundle of an author under this topic is its name. */
export const NAME_TOPIC = utf8(`${RESERVED_PREFIX}name`);

const PREFIX = utf8(RESERVED_PREFIX);

/** Whether the program itself speaks under this topic, as far as its name can be read. */
export function isReservedTopic(name: Uint8Array): boolean {
  return equalBytes(name.subarray(0, PREFIX.length), PREFIX);
}
