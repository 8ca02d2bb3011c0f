import { concatBytes } from "../bytes.ts";
import { MAX_NOTICED, NOTICE_ID_BYTES, TOKEN_BYTES } from "../limits.ts";
import type { RejectionReason } from "../rejection.ts";
import { dispersy } from "../schema.js";
import type { MessageCodec } from "./codec.ts";

/** New bundles, by the first NOTICE_ID_BYTES bytes of their ids. */
export interface Notice {
  kind: "notice";
  /** 8 bytes the receiver gave the sender earlier. */
  token: Uint8Array;
  /** The sender holds these, and wants to hear of each whether the receiver does. */
  have: Uint8Array[];
  /** The sender holds these too, and wants to hear nothing. */
  got: Uint8Array[];
  /** The sender would like these to be sent. */
  want: Uint8Array[];
}

export const NOTICE: MessageCodec<Notice, dispersy.Notice> = {
  kind: "notice",
  number: 8,
  parse: (reader, length) => dispersy.Notice.decode(reader, length),
  read: noticeOf,
  write: (overlay, message) => ({ overlay, notice: noticeFields(message) }),
};

function noticeOf({ token, have, got, want }: dispersy.Notice): Notice | RejectionReason {
  if (token.length !== TOKEN_BYTES) return "token-width";
  const bytes = have.length + got.length + want.length;
  if (bytes === 0 || bytes > MAX_NOTICED * NOTICE_ID_BYTES) return "notice-invalid";
  const areWhole = isWhole(have) && isWhole(got) && isWhole(want);
  if (!areWhole) return "notice-invalid";
  return { kind: "notice", token, have: idsIn(have), got: idsIn(got), want: idsIn(want) };
}

function isWhole({ length }: Uint8Array): boolean {
  return length % NOTICE_ID_BYTES === 0;
}

function idsIn(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === NOTICE_ID_BYTES) return [bytes];
  const ids: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += NOTICE_ID_BYTES) {
    ids.push(bytes.subarray(at, at + NOTICE_ID_BYTES));
  }
  return ids;
}

function noticeFields({ token, have, got, want }: Notice): dispersy.Notice.$Properties {
  const named = have.length + got.length + want.length;
  if (named > MAX_NOTICED) throw new RangeError(`${named} bundles named in one datagram`);
  return {
    token,
    have: joined(have),
    got: joined(got),
    want: joined(want),
  };
}

/** Mostly one or none. */
function joined(ids: Uint8Array[]): Uint8Array {
  return ids.length === 1 ? ids[0]! : concatBytes(...ids);
}
