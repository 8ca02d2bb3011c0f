import protobuf from "protobufjs/minimal.js";
import { MAX_DATAGRAM_BYTES, OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "./limits.ts";
import { CODEC_OF_NUMBER, type Message } from "./message.ts";
import type { Rejection, RejectionReason } from "./rejection.ts";

export interface Decoded {
  /** 20 bytes. */
  overlay: Uint8Array;
  message: Message;
}

/** A wire type. */
const LENGTH_DELIMITED = 2;
/** Field number and wire type of `Datagram`'s fields that are no message. */
const OVERLAY_TAG = 10;
const SEALED_TAG = 58;

/** What stands in a datagram, its fields still unchecked. */
interface Raw {
  codec: NonNullable<(typeof CODEC_OF_NUMBER)[number]>;
  fields: object;
}

/**
 * The message in a datagram of at most `budget` bytes, or why it is none. Never throws. The byte strings of the message
 * are views of `bytes`: whoever keeps one for long copies it.
 */
export function decode(bytes: Uint8Array, budget = MAX_DATAGRAM_BYTES): Decoded | Rejection {
  if (bytes.length === 0) return { rejected: "empty" };
  if (bytes.length > budget) return { rejected: "too-large" };
  // The slice() of Node's byte strings is a view, a Uint8Array's a copy: nobody behind the codec shall meet the former.
  const plain =
    bytes.constructor === Uint8Array
      ? bytes
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const overlay = overlayIdAt(plain);
  if (overlay === undefined) return { rejected: "overlay-missing" };
  return read(overlay, plain, OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES, budget);
}

/** The same for what was sealed: a datagram without its overlay id. */
export function decodeOpened(
  overlay: Uint8Array,
  opened: Uint8Array,
  budget = MAX_DATAGRAM_BYTES,
): Decoded | Rejection {
  return read(overlay, opened, 0, budget);
}

function read(
  overlay: Uint8Array,
  bytes: Uint8Array,
  begin: number,
  budget: number,
): Decoded | Rejection {
  const raw = parse(bytes, begin);
  const message = typeof raw === "string" ? raw : raw.codec.read(raw.fields, budget);
  return typeof message === "string" ? { rejected: message } : { overlay, message };
}

/** The 20-byte overlay id of a datagram by its fixed offset, nothing else being read. */
export function overlayIdAt(bytes: Uint8Array): Uint8Array | undefined {
  const end = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES;
  if (bytes.length < end || bytes[0] !== OVERLAY_TAG || bytes[1] !== OVERLAY_ID_BYTES)
    return undefined;
  return bytes.subarray(OVERLAY_ID_OFFSET, end);
}

/** Whether the datagram is of the overlay with this 20-byte id, nothing else being read. */
export function isAddressedTo(overlay: Uint8Array, bytes: Uint8Array): boolean {
  const end = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES;
  if (bytes.length < end || bytes[0] !== OVERLAY_TAG || bytes[1] !== OVERLAY_ID_BYTES) return false;
  for (let i = 0; i < OVERLAY_ID_BYTES; i++) {
    if (bytes[OVERLAY_ID_OFFSET + i] !== overlay[i]) return false;
  }
  return true;
}

function parse(bytes: Uint8Array, begin: number): Raw | RejectionReason {
  const reader = new protobuf.Reader(bytes);
  reader.pos = begin;
  try {
    let raw: Raw | "sealed" | undefined;
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      const codec = (tag & 7) === LENGTH_DELIMITED ? CODEC_OF_NUMBER[tag >>> 3] : undefined;
      if (codec === undefined && tag !== OVERLAY_TAG && tag !== SEALED_TAG) {
        reader.skipType(tag & 7, 0, tag >>> 3);
        continue;
      }
      // The generated decoder of Datagram would let the last one win.
      if (raw !== undefined || tag === OVERLAY_TAG) return "ambiguous";
      const length = reader.size();
      if (codec === undefined) reader.skip(length);
      raw = codec === undefined ? "sealed" : { codec, fields: codec.parse(reader, length) };
    }
    return raw ?? "kind-unknown";
  } catch {
    return "not-protobuf";
  }
}
