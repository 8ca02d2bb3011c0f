import { crc32 } from "node:zlib";
import type { Bundle } from "../../../wire/bundle.ts";
import {
  MAX_BODY_BYTES,
  OVERLAY_ID_BYTES,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
} from "../../../wire/limits.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { Held } from "../../sets/held.ts";

/**
 * How a bundle lies on disk.
 *
 *   key    overlay id 20 | global time 8 | first 16 bytes of the bundle id     (big-endian: order of the index)
 *   value  checksum 4 | author 32 | signature 64 | body
 *
 * The key holds all that the index needs, so that opening reads no values. The checksum is CRC-32 over key and
 * the rest of the value: LMDB has none of its own, and a record under a foreign key must not be served either.
 */
export const KEY_BYTES = OVERLAY_ID_BYTES + 24;
const AUTHOR_AT = 4;
const SIGNATURE_AT = AUTHOR_AT + PUBLIC_KEY_BYTES;
const BODY_AT = SIGNATURE_AT + SIGNATURE_BYTES;

export function recordKey(overlay: Uint8Array, held: Held): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.set(overlay);
  key.writeBigUInt64BE(BigInt(held.globalTime), OVERLAY_ID_BYTES);
  let at = OVERLAY_ID_BYTES + 8;
  for (const word of [held.w0, held.w1, held.w2, held.w3]) at = key.writeUInt32BE(word, at);
  return key;
}

/** The index entry in a key, or undefined when it is none of ours. */
export function heldOfKey(key: Uint8Array): Held | undefined {
  if (key.length !== KEY_BYTES) return undefined;
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const at = OVERLAY_ID_BYTES;
  const globalTime = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
  if (globalTime < 1 || globalTime > Number.MAX_SAFE_INTEGER) return undefined;
  return {
    globalTime,
    w0: view.getUint32(at + 8),
    w1: view.getUint32(at + 12),
    w2: view.getUint32(at + 16),
    w3: view.getUint32(at + 20),
  };
}

export function recordValue(key: Uint8Array, bundle: Bundle): Buffer {
  const value = Buffer.allocUnsafe(BODY_AT + bundle.body.length);
  value.set(bundle.author, AUTHOR_AT);
  value.set(bundle.signature, SIGNATURE_AT);
  value.set(bundle.body, BODY_AT);
  value.writeUInt32BE(checksum(key, value), 0);
  return value;
}

/** The bundle in a value, or undefined when the record is damaged. */
export function readRecord(key: Uint8Array, value: Uint8Array): WireBundle | undefined {
  if (value.length <= BODY_AT || value.length > BODY_AT + MAX_BODY_BYTES) return undefined;
  const stored = new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
  if (stored !== checksum(key, value)) return undefined;
  return {
    author: value.subarray(AUTHOR_AT, SIGNATURE_AT),
    signature: value.subarray(SIGNATURE_AT, BODY_AT),
    body: value.subarray(BODY_AT),
  };
}

function checksum(key: Uint8Array, value: Uint8Array): number {
  return crc32(value.subarray(AUTHOR_AT), crc32(key));
}
