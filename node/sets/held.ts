import { type Place, placeAt } from "../../wire/parents.ts";

export { comparePlaces as compareHeld } from "../../wire/places.ts";

/**
 * One held bundle, by its place in the order of bundles. Small numbers instead of byte strings: the index keeps a
 * million of them, and filters hash nothing else.
 */
export type Held = Place;

/** The index entry of a bundle. `id` has at least 16 bytes. */
export function heldOf(globalTime: number, id: Uint8Array): Held {
  return placeAt(globalTime, id, 0);
}

/** Entry i of a stretch. */
export function heldAt(times: Float64Array, words: Uint32Array, i: number): Held {
  const w = i * 4;
  return {
    globalTime: times[i]!,
    w0: words[w]!,
    w1: words[w + 1]!,
    w2: words[w + 2]!,
    w3: words[w + 3]!,
  };
}

/** Names a place in maps and sets: 10 characters of 16 bits, the id's and the last 32 bits of the time. */
export function placeKey({ globalTime, w0, w1, w2, w3 }: Held): string {
  return String.fromCharCode(
    w0 >>> 16,
    w0 & 0xffff,
    w1 >>> 16,
    w1 & 0xffff,
    w2 >>> 16,
    w2 & 0xffff,
    w3 >>> 16,
    w3 & 0xffff,
    (globalTime >>> 16) & 0xffff,
    globalTime & 0xffff,
  );
}

/** The first 16 bytes of the id, in hexadecimal. */
export function hexOf({ w0, w1, w2, w3 }: Held): string {
  return [w0, w1, w2, w3].map((word) => word.toString(16).padStart(8, "0")).join("");
}
