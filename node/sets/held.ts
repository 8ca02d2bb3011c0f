/**
 * One held bundle, named by its global time and the first 128 bits of its id as four 32-bit words, most
 * significant first. Small numbers instead of byte strings: the index keeps a million of them, and
 * filters hash nothing else.
 */
export interface Held {
  readonly globalTime: number;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/** The index entry of a bundle. `id` has at least 16 bytes. */
export function heldOf(globalTime: number, id: Uint8Array): Held {
  return {
    globalTime,
    w0: wordAt(id, 0),
    w1: wordAt(id, 4),
    w2: wordAt(id, 8),
    w3: wordAt(id, 12),
  };
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

function wordAt(id: Uint8Array, at: number): number {
  return ((id[at]! << 24) | (id[at + 1]! << 16) | (id[at + 2]! << 8) | id[at + 3]!) >>> 0;
}

/** The order of the index: negative, zero or positive. */
export function compareHeld(a: Held, b: Held): number {
  return a.globalTime - b.globalTime || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}
