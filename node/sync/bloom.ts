import type { BloomOffer } from "../../wire/message.ts";
import { halfSipHash } from "./siphash.ts";

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
    this.#key0 = view.getUint32(0, true);
    this.#key1 = view.getUint32(4, true);
  }

  static of(offer: BloomOffer): BloomFilter {
    return new BloomFilter(offer.filter, offer.functions, offer.salt);
  }

  add(w0: number, w1: number, w2: number, w3: number): void {
    const { bytes, functions } = this;
    const bits = this.#bits;
    halfSipHash(this.#key0, this.#key1, w0, w1, w2, w3, hash);
    let bit = remainder(hash[0]!, bits);
    let stride = remainder(hash[1]!, bits);
    for (let i = 1; i <= functions; i += 1) {
      bytes[bit >>> 3]! |= 1 << (bit & 7);
      bit += stride;
      if (bit >= bits) bit -= bits;
      stride += i;
      while (stride >= bits) stride -= bits;
    }
  }

  /** False: certainly not added. True: added, or a false positive. */
  has(w0: number, w1: number, w2: number, w3: number): boolean {
    const { bytes, functions } = this;
    const bits = this.#bits;
    halfSipHash(this.#key0, this.#key1, w0, w1, w2, w3, hash);
    let bit = remainder(hash[0]!, bits);
    let stride = remainder(hash[1]!, bits);
    for (let i = 1; i <= functions; i += 1) {
      if ((bytes[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
      bit += stride;
      if (bit >= bits) bit -= bits;
      stride += i;
      while (stride >= bits) stride -= bits;
    }
    return true;
  }

  /** Adds entries `start` to `end - 1` of a stretch of the index. */
  addStretch(words: Uint32Array, start: number, end: number): void {
    for (let w = start * 4; w < end * 4; w += 4) {
      this.add(words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!);
    }
  }

  /** The first of the entries `start` to `end - 1` of a stretch that was not added; `end` when there is none. */
  firstMissing(words: Uint32Array, start: number, end: number): number {
    for (let i = start; i < end; i += 1) {
      const w = i * 4;
      if (!this.has(words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!)) return i;
    }
    return end;
  }

  /** Share of the bits that are set, 0 to 1; a filter of no bits counts as full. */
  get fill(): number {
    if (this.#bits === 0) return 1;
    let ones = 0;
    for (const byte of this.bytes) ones += ONES[byte]!;
    return ones / this.#bits;
  }
}

/** Of unsigned 32-bit numbers, said so that it is computed in those: as doubles it takes six times as long. */
function remainder(a: number, b: number): number {
  return (a >>> 0) % (b >>> 0);
}

/** Reused by every call; holds nothing between calls. */
const hash = new Uint32Array(2);

/** Number of ones in each byte value. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});
