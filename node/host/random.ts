import { randomFillSync } from "node:crypto";
import type { Random } from "../../wire/crypto.ts";

/** One system call serves about a thousand identifiers. */
const POOL_BYTES = 8_192;
/** Numbers are drawn from 53 bits: all whole numbers that a double holds exactly. */
const DRAW_RANGE = 2 ** 53;

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** Moves `length` bytes out of the pool: what was handed out, maybe as a key, does not stay in it. */
function take(length: number): Uint8Array {
  if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length));
  if (used + length > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const out = pool.slice(used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return out;
}

/** A whole number, uniform in [0, 2^53). */
function draw(): number {
  const [high, low] = new Uint32Array(take(8).buffer) as unknown as [number, number];
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
