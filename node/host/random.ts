import type { Random } from "../../wire/crypto.ts";

/** One system call serves about a thousand identifiers. */
const POOL_BYTES = 8_192;
/** What Web Crypto draws at a time. */
const MOST_DRAWN_BYTES = 65_536;
/** Numbers are drawn from 53 bits: all whole numbers that a double holds exactly. */
const DRAW_RANGE = 2 ** 53;

const pool = new Uint8Array(POOL_BYTES);
const numbers = new DataView(pool.buffer);
let used = POOL_BYTES;

/** By Web Crypto, which browsers have as well. */
function fill(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  for (let at = 0; at < bytes.length; at += MOST_DRAWN_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + MOST_DRAWN_BYTES));
  }
  return bytes;
}

/** So that the pool has that much. */
function refillFor(length: number): void {
  if (used + length <= POOL_BYTES) return;
  fill(pool);
  used = 0;
}

/** Moves `length` bytes out of the pool: what was handed out, maybe as a key, does not stay in it. */
function take(length: number): Uint8Array {
  if (length > POOL_BYTES) return fill(new Uint8Array(length));
  refillFor(length);
  const out = pool.slice(used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return out;
}

/** A whole number, uniform in [0, 2^53). Read in place: a byte string for each costs several times as much. */
function draw(): number {
  refillFor(8);
  const high = numbers.getUint32(used);
  const low = numbers.getUint32(used + 4);
  numbers.setUint32(used, 0);
  numbers.setUint32(used + 4, 0);
  used += 8;
  return (high >>> 11) * 2 ** 32 + low;
}

/** The host's randomness: cryptographic and buffered. */
export const hostRandom: Random = {
  bytes: take,
  float: () => draw() / DRAW_RANGE,
  below(bound) {
    if (!Number.isInteger(bound) || bound < 1 || bound > DRAW_RANGE) {
      throw new RangeError(`no integer lies below ${bound}`);
    }
    // Draws of the last, incomplete round would favour small results, so they are drawn again.
    const fair = DRAW_RANGE - (DRAW_RANGE % bound);
    let drawn = draw();
    while (drawn >= fair) drawn = draw();
    return drawn % bound;
  },
};
