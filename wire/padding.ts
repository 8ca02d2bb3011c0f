import { datagram, field } from "./field-sizes.ts";
import { OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "./limits.ts";
import type { IntroductionRequest, IntroductionResponse } from "./message.ts";

/** Where the length of a datagram's message stands: after the overlay's field and the message's tag. */
const LENGTH_AT = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES + 1;
/**
 * Of `padding` in `dispersy.proto`, in every message that has it: the last field, so that it can follow what is
 * encoded.
 */
const PADDING_TAG = (15 << 3) | 2;

/**
 * The message with so much padding that it encodes to `bytes`. Longer messages stay as they are. Where no padding gives
 * exactly that size (a field of padding takes at least 3 bytes, and the length before it may grow) it is the next
 * larger possible one: at most 2 more, and at most 3 where the message crosses 127 bytes.
 */
export function padTo<M extends IntroductionRequest | IntroductionResponse>(
  message: M,
  bytes: number,
): M {
  return { ...message, leastBytes: bytes };
}

/** By how much `padTo` may miss a size. */
export const PADDING_SLACK_BYTES = 3;

/** The message with so much padding that it encodes to `bytes`, or at most PADDING_SLACK_BYTES less. */
export function padWithin<M extends IntroductionRequest | IntroductionResponse>(
  message: M,
  bytes: number,
): M {
  return padTo(message, bytes - PADDING_SLACK_BYTES);
}

/** Zeroes that a datagram of `bare` bytes needs, so that it has at least `least`; 0 when it needs none. */
export function paddingFor(bare: number, least: number): number {
  if (bare >= least) return 0;
  const content = contentOf(bare);
  // Tag, two lengths of at most one byte more each: never more than 6 bytes besides the zeroes.
  let padding = Math.max(1, least - bare - 6);
  while (datagram(content + field(padding)) < least) padding++;
  return padding;
}

/** Bytes of a datagram of `bare` bytes with so many zeroes. */
export function paddedBytes(bare: number, padding: number): number {
  return padding === 0 ? bare : datagram(contentOf(bare) + field(padding));
}

/** Writes the datagram `bare` with so many zeroes into `out`, which has just the room. */
export function writePadded(bare: Uint8Array, padding: number, out: Uint8Array): void {
  const content = bare.subarray(bare.length - contentOf(bare.length));
  out.set(bare.subarray(0, LENGTH_AT));
  let at = writeVarint(out, LENGTH_AT, content.length + field(padding));
  out.set(content, at);
  at += content.length;
  out[at] = PADDING_TAG;
  out.fill(0, writeVarint(out, at + 1, padding));
}

/** Bytes of the message itself: its length takes two bytes from 128 on, and no datagram needs three. */
function contentOf(bare: number): number {
  return bare - LENGTH_AT - (bare > datagram(127) ? 2 : 1);
}

/** Returns the place after it. */
function writeVarint(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  for (; rest >= 128; rest >>>= 7) out[at++] = (rest & 127) | 128;
  out[at++] = rest;
  return at;
}
