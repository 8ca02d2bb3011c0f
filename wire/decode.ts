import protobuf from "protobufjs/minimal.js";
import { bundlesOf } from "./decode-bundles.ts";
import { punctureOf, punctureRequestOf, requestOf, responseOf } from "./decode-walker.ts";
import { MAX_DATAGRAM_BYTES, OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "./limits.ts";
import type { Message } from "./message.ts";
import type { Rejection, RejectionReason } from "./rejection.ts";
import { dispersy } from "./schema.js";

export interface Decoded {
  /** 20 bytes. */
  overlay: Uint8Array;
  message: Message;
}

/** Field number and wire type 2 (length-delimited) of `Datagram`'s fields. */
const OVERLAY_TAG = 10;
const REQUEST_TAG = 18;
const RESPONSE_TAG = 26;
const PUNCTURE_REQUEST_TAG = 34;
const PUNCTURE_TAG = 42;
const BUNDLES_TAG = 50;
const SEALED_TAG = 58;

/** What stands in a datagram, its fields still unchecked. */
type Raw =
  | { tag: typeof REQUEST_TAG; fields: dispersy.IntroductionRequest }
  | { tag: typeof RESPONSE_TAG; fields: dispersy.IntroductionResponse }
  | { tag: typeof PUNCTURE_REQUEST_TAG; fields: dispersy.PunctureRequest }
  | { tag: typeof PUNCTURE_TAG; fields: dispersy.Puncture }
  | { tag: typeof BUNDLES_TAG; fields: dispersy.Bundles };

/**
 * The message in a datagram of at most `budget` bytes, or why it is none. Never throws. The byte strings of the message
 * are views of `bytes`: whoever keeps one for long copies it.
 */
export function decode(bytes: Uint8Array, budget = MAX_DATAGRAM_BYTES): Decoded | Rejection {
  if (bytes.length === 0) return { rejected: "empty" };
  if (bytes.length > budget) return { rejected: "too-large" };
  // A Buffer's slice() is a view, a Uint8Array's a copy: nobody behind the codec shall meet the former.
  const plain = Buffer.isBuffer(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : bytes;
  const overlay = overlayIdAt(plain);
  if (overlay === undefined) return { rejected: "overlay-missing" };
  const raw = parse(plain);
  const message = typeof raw === "string" ? raw : check(raw, budget);
  return typeof message === "string" ? { rejected: message } : { overlay, message };
}

/** The 20-byte overlay id of a datagram by its fixed offset, nothing else being read. */
export function overlayIdAt(bytes: Uint8Array): Uint8Array | undefined {
  const end = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES;
  if (bytes.length < end || bytes[0] !== OVERLAY_TAG || bytes[1] !== OVERLAY_ID_BYTES)
    return undefined;
  return bytes.subarray(OVERLAY_ID_OFFSET, end);
}

function parse(bytes: Uint8Array): Raw | RejectionReason {
  const reader = new protobuf.Reader(bytes);
  reader.pos = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES;
  try {
    let raw: Raw | "sealed" | undefined;
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag < OVERLAY_TAG || tag > SEALED_TAG || (tag & 7) !== 2) {
        reader.skipType(tag & 7, 0, tag >>> 3);
        continue;
      }
      // The generated decoder of Datagram would let the last one win.
      if (raw !== undefined || tag === OVERLAY_TAG) return "ambiguous";
      raw = parseKind(tag, reader);
    }
    return raw ?? "kind-unknown";
  } catch {
    return "not-protobuf";
  }
}

function parseKind(tag: number, reader: protobuf.Reader): Raw | "sealed" {
  const length = reader.size();
  switch (tag) {
    case REQUEST_TAG:
      return { tag, fields: dispersy.IntroductionRequest.decode(reader, length) };
    case RESPONSE_TAG:
      return { tag, fields: dispersy.IntroductionResponse.decode(reader, length) };
    case PUNCTURE_REQUEST_TAG:
      return { tag, fields: dispersy.PunctureRequest.decode(reader, length) };
    case PUNCTURE_TAG:
      return { tag, fields: dispersy.Puncture.decode(reader, length) };
    case BUNDLES_TAG:
      return { tag, fields: dispersy.Bundles.decode(reader, length) };
    default:
      reader.skip(length);
      return "sealed";
  }
}

function check(raw: Raw, budget: number): Message | RejectionReason {
  switch (raw.tag) {
    case REQUEST_TAG:
      return requestOf(raw.fields);
    case RESPONSE_TAG:
      return responseOf(raw.fields);
    case PUNCTURE_REQUEST_TAG:
      return punctureRequestOf(raw.fields);
    case PUNCTURE_TAG:
      return punctureOf(raw.fields);
    case BUNDLES_TAG:
      return bundlesOf(raw.fields, budget);
  }
}
