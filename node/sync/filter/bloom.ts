import type { BloomOffer } from "../../../wire/message.ts";
import { halfSipHashes } from "../../sets/siphash.ts";

/**
 * Bundles that a filter of `bits` bits holds at `falsePositiveRate`: the n of p = 2^(-ln 2 m / n), cut to an
 * integer. 10,160 bits hold 1,059 at 1 %.
 */
export function capacityOf(bits: number, falsePositiveRate: number): number {
  return Math.trunc((bits * Math.LN2 ** 2) / Math.abs(Math.log(falsePositiveRate)));
}

/** Bits to set per bundle when `capacity` bundles go into `bits` bits: 7 at 1 %. */
export function functionsOf(bits: number, capacity: number): number {
  return Math.ceil((Math.LN2 * bits) / capacity);
}

/**
 * A Bloom filter over the first 128 bits of bundle ids.
 *
 * The bits of an id come from one HalfSipHash under the filter's salt, whose two 32-bit words x and y are spread
 * by enhanced double hashing (Dillinger and Manolios, "Bloom Filters in Probabilistic Verification"): bit
 * x + iy + (i^3 - i)/6 modulo the number of bits, for i from 0. Bit b is bit b & 7 of byte b >> 3. The original
 * took 16-bit slices of an MD5 over the whole packet: slow per bundle, uneven unless the number of bits divides
 * 65,536, and with only 256 prefixes, so that its author could make a bundle look present to many.
 */
export class BloomFilter {
  readonly bytes: Uint8Array;
  readonly functions: number;
  readonly #bits: number;
  readonly #key0: number;
  readonly #key1: number;

  /** Works on `bytes` itself: all zero, or a filter received. `salt` is 8 bytes. */
  constructor(bytes: Uint8Array, functions: number, salt: Uint8Array) {
    this.bytes = bytes;
    this.#bits = bytes.length * 8;
    this.functions = functions;
    const view = new DataView(salt.buffer, salt.byteOffset, salt.byteLength);
    this.#key0 = view.getInt32(0, true);
    this.#key1 = view.getInt32(4, true);
  }

  static of(offer: BloomOffer): BloomFilter {
    return new BloomFilter(offer.filter, offer.functions, offer.salt);
  }

  add(w0: number, w1: number, w2: number, w3: number): void {
    this.addStretch(fourWords(w0, w1, w2, w3), 0, 1);
  }

  /** False: certainly not added. True: added, or a false positive. */
  has(w0: number, w1: number, w2: number, w3: number): boolean {
    return this.firstMissing(fourWords(w0, w1, w2, w3), 0, 1) === 1;
  }

  /** Adds entries `start` to `end - 1` of a stretch of the index. */
  addStretch(words: Uint32Array, start: number, end: number): void {
    for (let i = start; i < end; i += BATCH) {
      const stop = Math.min(end, i + BATCH);
      halfSipHashes(this.#key0, this.#key1, words, i, stop, hashes);
      this.#set(stop - i);
    }
  }

  /** The first of the entries `start` to `end - 1` of a stretch that was not added; `end` when there is none. */
  firstMissing(words: Uint32Array, start: number, end: number): number {
    // One at first: where everything is missing, the others would be hashed in vain.
    let batch = 1;
    for (let i = start; i < end;) {
      const stop = Math.min(end, i + batch);
      halfSipHashes(this.#key0, this.#key1, words, i, stop, hashes);
      const found = this.#count(stop - i);
      i += found;
      if (i < stop) return i;
      batch = Math.min(BATCH, batch * 2);
    }
    return end;
  }

  /** Sets the bits of the first `entries` hashes. */
  #set(entries: number): void {
    const { bytes, functions } = this;
    const bits = this.#bits;
    for (let h = 0; h < entries * 2; h += 2) {
      let bit = remainder(hashes[h]!, bits);
      let stride = remainder(hashes[h + 1]!, bits);
      for (let i = 1; i <= functions; i += 1) {
        bytes[bit >>> 3]! |= 1 << (bit & 7);
        bit = sum(bit, stride, bits);
        stride = sum(stride, i, bits);
      }
    }
  }

  /** How many of the first `entries` hashes have all their bits set, up to the first one that has not. */
  #count(entries: number): number {
    const { bytes, functions } = this;
    const bits = this.#bits;
    for (let h = 0; h < entries * 2; h += 2) {
      let bit = remainder(hashes[h]!, bits);
      let stride = remainder(hashes[h + 1]!, bits);
      for (let i = 1; i <= functions; i += 1) {
        if ((bytes[bit >>> 3]! & (1 << (bit & 7))) === 0) return h / 2;
        bit = sum(bit, stride, bits);
        stride = sum(stride, i, bits);
      }
    }
    return entries;
  }

  /** Share of the bits that are set, 0 to 1; a filter of no bits counts as full. */
  get fill(): number {
    if (this.#bits === 0) return 1;
    let ones = 0;
    for (const byte of this.bytes) ones += ONES[byte]!;
    return ones / this.#bits;
  }
}

/** Of an unsigned 32-bit number, said so that it is computed in those: as doubles it takes six times as long. */
function remainder(a: number, bits: number): number {
  return ((a >>> 0) % (bits >>> 0)) | 0;
}

/**
 * (a + b) mod bits, for a below bits. Without a branch, since every other one would be mispredicted: a negative number
 * shifted by 31 bits is all ones. Only in a filter of one byte b may be larger, as there can be more functions than
 * bits.
 */
function sum(a: number, b: number, bits: number): number {
  const below = (a + b - bits) | 0;
  return below < bits ? below + (bits & (below >> 31)) : below % bits;
}

/** Entries hashed at a time. */
const BATCH = 32;
/** Both reused by every call; they hold nothing between calls. */
const hashes = new Int32Array(BATCH * 2);
const four = new Uint32Array(4);

function fourWords(w0: number, w1: number, w2: number, w3: number): Uint32Array {
  four[0] = w0;
  four[1] = w1;
  four[2] = w2;
  four[3] = w3;
  return four;
}

/** Number of ones in each byte value. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});
