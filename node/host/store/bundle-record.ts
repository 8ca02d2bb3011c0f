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
import { openRecord, RECORD_SEAL_BYTES, type RecordSeal, sealRecord } from "./record-seal.ts";

/**
 * How a bundle lies on disk.
 *
 *   key    overlay id 20 | global time 8 | first 16 bytes of the bundle id     (big-endian: order of the index)
 *   value  checksum 4 | arrival 8 | came 6 | period 4 | author 32 | signature 64 | body
 *
 * `arrival` is its place in the order in which bundles came (arrivals.ts), `came` when that was in Unix milliseconds;
 * `period` names the key under which all behind it is sealed (vanishing-keys.ts); 0: none. Author and signature too,
 * for with them a guess of the body could be tried.
 *
 * The key holds all that the index needs, so that opening reads no values. The checksum is CRC-32 over key and
 * the rest of the value: LMDB has none of its own, and a record under a foreign key must not be served either.
 */
export const KEY_BYTES = OVERLAY_ID_BYTES + 24;
const ARRIVAL_AT = 4;
const CAME_AT = ARRIVAL_AT + 8;
const PERIOD_AT = CAME_AT + 6;
const BUNDLE_AT = PERIOD_AT + 4;
/** Within what is sealed. */
const BODY_AT = PUBLIC_KEY_BYTES + SIGNATURE_BYTES;
const MAX_VALUE_BYTES = BUNDLE_AT + RECORD_SEAL_BYTES + BODY_AT + MAX_BODY_BYTES;

/** When a bundle came, and what came before it. */
export interface Arrived {
  arrival: number;
  /** Unix milliseconds. */
  cameMs: number;
}

export type StoredBundle = WireBundle & Arrived;

export function recordKey(overlay: Uint8Array, held: Held): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.set(overlay);
  let at = writeUint64(key, held.globalTime, OVERLAY_ID_BYTES);
  for (const word of [held.w0, held.w1, held.w2, held.w3]) at = key.writeUInt32BE(word, at);
  return key;
}

/** A safe integer; returns where it ends. In two halves: a BigInt is made on the heap, several times for a bundle. */
export function writeUint64(into: Buffer, value: number, at: number): number {
  return into.writeUInt32BE(value >>> 0, into.writeUInt32BE(Math.floor(value / 2 ** 32), at));
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

export function recordValue(
  key: Uint8Array,
  bundle: Bundle,
  { arrival, cameMs }: Arrived,
  seal?: RecordSeal,
): Buffer {
  const { author, signature, body } = bundle;
  const clear = Buffer.allocUnsafe(BUNDLE_AT + BODY_AT + body.length);
  clear.set(author, BUNDLE_AT);
  clear.set(signature, BUNDLE_AT + PUBLIC_KEY_BYTES);
  clear.set(body, BUNDLE_AT + BODY_AT);
  const value = seal === undefined ? clear : sealedRecord(clear, key, seal);
  writeUint64(value, arrival, ARRIVAL_AT);
  value.writeUIntBE(cameMs, CAME_AT, PERIOD_AT - CAME_AT);
  value.writeUInt32BE(seal?.period ?? 0, PERIOD_AT);
  value.writeUInt32BE(checksum(key, value), 0);
  return value;
}

function sealedRecord(clear: Buffer, key: Uint8Array, seal: RecordSeal): Buffer {
  const sealed = sealRecord(seal.key, key, clear.subarray(BUNDLE_AT));
  return Buffer.concat([clear.subarray(0, BUNDLE_AT), sealed]);
}

/** Whether a record reads as it was written. */
export function isWhole(key: Uint8Array, value: Uint8Array): boolean {
  if (value.length <= BUNDLE_AT + BODY_AT || value.length > MAX_VALUE_BYTES) return false;
  return viewOf(value).getUint32(0) === checksum(key, value);
}

/** The bundle in a value; "vanished" when its key is gone, undefined when the record is damaged. */
export function readRecord(
  key: Uint8Array,
  value: Uint8Array,
  keyOf: (period: number) => Uint8Array | undefined,
): StoredBundle | "vanished" | undefined {
  if (!isWhole(key, value)) return undefined;
  const view = viewOf(value);
  const period = view.getUint32(PERIOD_AT);
  let plain: Uint8Array | undefined = value.subarray(BUNDLE_AT);
  if (period !== 0) {
    const secret = keyOf(period);
    if (secret === undefined) return "vanished";
    plain = openRecord(secret, key, plain);
  }
  const bundle = plain && bundleIn(plain);
  return (
    bundle && {
      arrival: Number(view.getBigUint64(ARRIVAL_AT)),
      cameMs: view.getUint16(CAME_AT) * 2 ** 32 + view.getUint32(CAME_AT + 2),
      ...bundle,
    }
  );
}

function bundleIn(plain: Uint8Array): WireBundle | undefined {
  if (plain.length <= BODY_AT || plain.length > BODY_AT + MAX_BODY_BYTES) return undefined;
  return {
    author: plain.subarray(0, PUBLIC_KEY_BYTES),
    signature: plain.subarray(PUBLIC_KEY_BYTES, BODY_AT),
    body: plain.subarray(BODY_AT),
  };
}

/** Of a record that may be damaged. */
export function arrivalInRecord(value: Uint8Array): number | undefined {
  if (value.length < CAME_AT) return undefined;
  const number = Number(viewOf(value).getBigUint64(ARRIVAL_AT));
  return Number.isSafeInteger(number) ? number : undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(key: Uint8Array, value: Uint8Array): number {
  return crc32(value.subarray(ARRIVAL_AT), crc32(key));
}
