/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its
 * reference code), for the one input length that filters need: 16 bytes.
 *
 * Why this one: filters hash thousands of ids per datagram, so a hash must cost about 0.1 us in JavaScript,
 * which SHA-256 does not and 32-bit arithmetic does. The ids are SHA-256 already, hence evenly spread; what
 * is missing is a key that the author of a bundle cannot know, so that nobody can choose ids which look
 * present in somebody's filter. The salt of the filter is that key.
 */

/** The last word: no bytes are left over, and the length, 16, stands in the top byte. */
const LENGTH_WORD = 16 << 24;
/** Steps of two rounds: one per word, counting the length, then twice two for the two halves of the output. */
const WORD_STEPS = 5;
const FIRST_HALF_STEPS = WORD_STEPS + 2;
const ALL_STEPS = FIRST_HALF_STEPS + 2;
const ROUNDS_PER_STEP = 2;

/**
 * Hashes the words w0 to w3 under the key (k0, k1). All are 32-bit; the message is the words in this order, each
 * little-endian, and so is the key. Writes the first and the second 32 bits of the hash to `out`.
 */
export function halfSipHash(
  k0: number,
  k1: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
  out: Uint32Array,
): void {
  let v0 = k0 | 0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  // One loop instead of a function per part: the state stays in registers, which halves the time.
  for (let step = 0; step < ALL_STEPS; step += 1) {
    let word = 0;
    if (step === 0) word = w0;
    else if (step === 1) word = w1;
    else if (step === 2) word = w2;
    else if (step === 3) word = w3;
    else if (step === 4) word = LENGTH_WORD;
    else if (step === WORD_STEPS) v2 ^= 0xee;
    else if (step === FIRST_HALF_STEPS) {
      out[0] = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v3 ^= word;
    for (let round = 0; round < ROUNDS_PER_STEP; round += 1) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  out[1] = v1 ^ v3;
}
