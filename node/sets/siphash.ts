/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its
 * reference code), for the one input length that filters need: 16 bytes.
 *
 * Why this one: filters hash thousands of ids per datagram, so a hash must cost about 0.1 us in JavaScript,
 * which SHA-256 does not and 32-bit arithmetic does. The ids are SHA-256 already, hence evenly spread; what
 * is missing is a key that the author of a bundle cannot know, so that nobody can choose ids which look
 * present in somebody's filter. The salt of the filter is that key.
 */

/** 32-bit words of what is hashed. */
const WORDS = 4;
/** Reused by every call; hold nothing between calls. */
const one = new Uint32Array(WORDS);
const hashOfOne = new Int32Array(2);

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
  one[0] = w0;
  one[1] = w1;
  one[2] = w2;
  one[3] = w3;
  halfSipHashes(k0, k1, one, 0, 1, hashOfOne);
  out[0] = hashOfOne[0]!;
  out[1] = hashOfOne[1]!;
}

/**
 * The same for several messages: number i is words[4i] to words[4i + 3], for i from `start` to `end - 1`. Both halves
 * of each hash stand side by side in `out`.
 *
 * Written out, with the constants inside and the loop over messages as well: a function per part, a constant of the
 * module or somebody else's loop around it each cost more than the arithmetic, for then the state does not stay in
 * registers.
 */
export function halfSipHashes(
  k0: number,
  k1: number,
  words: Uint32Array,
  start: number,
  end: number,
  out: Int32Array,
): void {
  for (let i = start, o = 0; i < end; i += 1, o += 2) {
    let v0 = k0 | 0;
    let v1 = k1 ^ 0xee;
    let v2 = k0 ^ 0x6c796765;
    let v3 = k1 ^ 0x74656462;
    for (let step = 0; step <= 4; step += 1) {
      // After the four words the last one: no bytes are left over, and the length, 16, stands in the top byte.
      const word = step < 4 ? words[i * 4 + step]! | 0 : 16 << 24;
      v3 ^= word;
      for (let round = 0; round < 2; round += 1) {
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
    v2 ^= 0xee;
    for (let round = 0; round < 4; round += 1) {
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
    out[o] = v1 ^ v3;
    v1 ^= 0xdd;
    for (let round = 0; round < 4; round += 1) {
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
    out[o + 1] = v1 ^ v3;
  }
}
