import { OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import type { Held } from "../../sets/held.ts";
import { heldOfKey, recordKey, writeUint64 } from "./bundle-record.ts";

/**
 * In which order bundles came, for readers that want each of them once.
 *
 *   key    overlay id 20 | number 8     (big-endian: in the order of coming)
 *   value  global time 8 | first 16 bytes of the bundle id, as in the record's key
 *
 * A number is later than every number before it, and than the moment: of each millisecond there are 1,024. So a home
 * that was restored from an older copy gives none again that it had given since, and whoever was given bundles up to
 * one of them misses none of those that come now.
 */
const PER_MS = 1_024;
const NUMBER_BYTES = 8;

/** The bundle that came as this one. */
export interface Arrival {
  number: number;
  held: Held;
}

/** The number of what came at this moment, Unix milliseconds, or before it. */
export function arrivalAt(ms: number): number {
  return ms * PER_MS;
}

export function nextArrival(last: number, nowMs: number): number {
  return Math.max(last + 1, arrivalAt(nowMs));
}

export function arrivalKey(overlay: Uint8Array, number: number): Buffer {
  const key = Buffer.allocUnsafe(OVERLAY_ID_BYTES + NUMBER_BYTES);
  key.set(overlay);
  writeUint64(key, number, OVERLAY_ID_BYTES);
  return key;
}

export function arrivalValue(overlay: Uint8Array, held: Held): Buffer {
  return recordKey(overlay, held).subarray(OVERLAY_ID_BYTES);
}

/** Undefined when it is none of ours. */
export function readArrival(key: Uint8Array, value: Uint8Array): Arrival | undefined {
  if (key.length !== OVERLAY_ID_BYTES + NUMBER_BYTES) return undefined;
  const overlay = key.subarray(0, OVERLAY_ID_BYTES);
  const held = heldOfKey(Buffer.concat([overlay, value]));
  if (held === undefined) return undefined;
  const number = new DataView(key.buffer, key.byteOffset + OVERLAY_ID_BYTES).getBigUint64(0);
  return { number: Number(number), held };
}
