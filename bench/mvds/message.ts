import type { Crypto } from "../../wire/crypto.ts";
import { concatBytes, utf8 } from "../../wire/bytes.ts";

/** What MVDS carries: some bytes for a group, and when they were written. */
export interface Message {
  groupId: Uint8Array;
  /** Milliseconds or seconds: the specification does not say, and the id does not care. */
  timestamp: number;
  body: Uint8Array;
}

export const ID_BYTES = 32;
const DOMAIN = utf8("MESSAGE_ID");

/**
 * SHA-256 over the domain, the group, the timestamp (int64, little-endian: only the reference program says so) and
 * the body. What is not in it can be altered by whoever passes the message on; so parents and `ephemeral` of
 * 4/MVDS-META, which no id covers, are not spoken here.
 */
export function messageId(hash: Crypto["hash"], { groupId, timestamp, body }: Message): Uint8Array {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigInt64(0, BigInt(timestamp), true);
  return hash(concatBytes(DOMAIN, groupId, time, body));
}
