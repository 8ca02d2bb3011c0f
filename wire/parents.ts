import type { BodyRejection } from "./kinds/kind.ts";
import { MAX_PARENTS, PARENT_BYTES } from "./limits.ts";

/**
 * A place in the order of bundles, which names one: its global time and the first 128 bits of its id as four 32-bit
 * words, most significant first.
 */
export interface Place {
  readonly globalTime: number;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/** How much later a child may be than its parent. */
export const MAX_DISTANCE = 0xffff_ffff;

/**
 * The field `parents` of a body with this global time. A parent is told by how much earlier it is, so that none can be
 * later than its child. Throws a RangeError where that is not from 1 to MAX_DISTANCE.
 */
export function encodeParents(globalTime: number, parents: readonly Place[]): Uint8Array {
  const bytes = new Uint8Array(parents.length * PARENT_BYTES);
  const view = new DataView(bytes.buffer);
  parents.forEach((parent, i) => {
    const distance = globalTime - parent.globalTime;
    if (!(distance >= 1 && distance <= MAX_DISTANCE)) {
      throw new RangeError(`a parent's global time is ${distance} before its child's`);
    }
    const words = [distance, parent.w0, parent.w1, parent.w2, parent.w3];
    words.forEach((word, at) => view.setUint32(i * PARENT_BYTES + at * 4, word));
  });
  return bytes;
}

/** Empty for a body that names none. */
export function readParents(globalTime: number, bytes: Uint8Array): Place[] | BodyRejection {
  if (bytes.length === 0) return [];
  if (bytes.length > MAX_PARENTS * PARENT_BYTES) return "too-many-parents";
  if (bytes.length % PARENT_BYTES !== 0) return "parent-malformed";
  const parents: Place[] = [];
  for (let at = 0; at < bytes.length; at += PARENT_BYTES) {
    const distance = wordAt(bytes, at);
    if (distance < 1 || distance >= globalTime) return "parent-malformed";
    parents.push(placeAt(globalTime - distance, bytes, at + 4));
  }
  return parents;
}

/** The place of a bundle of this global time whose id stands at `at`. */
export function placeAt(globalTime: number, id: Uint8Array, at: number): Place {
  return {
    globalTime,
    w0: wordAt(id, at),
    w1: wordAt(id, at + 4),
    w2: wordAt(id, at + 8),
    w3: wordAt(id, at + 12),
  };
}

/** Without a DataView, which costs more than all that is read with it. */
function wordAt(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 24) | (bytes[at + 1]! << 16);
  return (high | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
