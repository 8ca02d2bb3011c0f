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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parents: Place[] = [];
  for (let at = 0; at < bytes.length; at += PARENT_BYTES) {
    const distance = view.getUint32(at);
    if (distance < 1 || distance >= globalTime) return "parent-malformed";
    const [w0, w1, w2, w3] = [4, 8, 12, 16].map((word) => view.getUint32(at + word));
    parents.push({ globalTime: globalTime - distance, w0: w0!, w1: w1!, w2: w2!, w3: w3! });
  }
  return parents;
}
