import { MAX_PAYLOAD_BYTES, MAX_TOPIC_BYTES } from "./limits.ts";
import type { Data } from "./kinds/data-kind.ts";
import { dispersy } from "./schema.js";
import { numberOf, uint64 } from "./uint64.ts";

/** What a sealed bundle says to those who can open it. */
export interface Inner {
  payload: Uint8Array;
  /** The topic's name. */
  topic?: Uint8Array;
  /** Unix time in milliseconds, by its author's clock. */
  written?: number;
}

/** What is sealed of data under a topic. */
export function innerOf(
  { payload, written }: Omit<Data, "kind">,
  topic: Uint8Array | undefined,
): Inner {
  return { payload, ...(topic && { topic }), ...(written !== undefined && { written }) };
}

/** Lengths tell what somebody says: whoever carries it learns only which multiple of this it fits into. */
const PADDED_TO_BYTES = 64;
/** Of `padding` in `dispersy.proto`: the last field. */
const PADDING_TAG = (15 << 3) | 2;
/** Tag and length. */
const SMALLEST_PADDING_BYTES = 2;

/** The length of an inner message without padding. */
export function innerBytes(inner: Inner): number {
  return encodeBare(inner).length;
}

/**
 * The encoded inner message, padded to a multiple of 64 bytes or, where that is too long, to `most`. A field of padding
 * takes at least 2 bytes: where one is missing, the next multiple is taken, and where that is too long, none is added.
 */
export function encodeInner(inner: Inner, most: number): Uint8Array {
  const bare = encodeBare(inner);
  const padding = paddedLength(bare.length, most) - bare.length;
  if (padding === 0) return bare;
  const out = new Uint8Array(bare.length + padding);
  out.set(bare);
  // Never more than 65 bytes, so that its length takes one.
  out.set([PADDING_TAG, padding - SMALLEST_PADDING_BYTES], bare.length);
  return out;
}

/** Undefined for what `encodeInner` does not make; byte strings in the result are views of `bytes`. */
export function decodeInner(bytes: Uint8Array): Inner | undefined {
  const inner = decodeProtobuf(bytes);
  if (inner === undefined) return undefined;
  const { data, topic } = inner;
  const written = numberOf(inner.written);
  // What is absent is decoded as something else than an array of bytes.
  const payload = data.length === 0 ? new Uint8Array(0) : data;
  if (payload.length > MAX_PAYLOAD_BYTES || topic.length > MAX_TOPIC_BYTES) return undefined;
  return {
    payload,
    ...(topic.length > 0 && { topic }),
    ...(written !== undefined && { written }),
  };
}

function encodeBare({ payload, topic, written }: Inner): Uint8Array {
  const fields = { data: payload, ...(topic && { topic }) };
  const whole = written === undefined ? fields : { ...fields, written: uint64(written) };
  return dispersy.Inner.encode(whole).finish();
}

function decodeProtobuf(bytes: Uint8Array): dispersy.Inner | undefined {
  try {
    return dispersy.Inner.decode(bytes);
  } catch {
    return undefined;
  }
}

function paddedLength(bare: number, most: number): number {
  const canGrowTo = (length: number): boolean =>
    length <= most && (length === bare || length - bare >= SMALLEST_PADDING_BYTES);
  const next = Math.max(1, Math.ceil(bare / PADDED_TO_BYTES)) * PADDED_TO_BYTES;
  return [next, next + PADDED_TO_BYTES, most].find(canGrowTo) ?? bare;
}
