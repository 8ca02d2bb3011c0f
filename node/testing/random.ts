import { nativeCrypto } from "../host/verify/native-crypto.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { Random } from "../../wire/crypto.ts";

const UINT32 = 2 ** 32;
const UINT53 = 2 ** 53;
/** sfc32's author asks for this many steps before the first use. */
const WARM_UP_STEPS = 12;

/**
 * A seeded stream of random numbers: sfc32 of PractRand, 128 bits of state, period at least 2^32.
 * Streams of one seed with different names are independent, so that every node and purpose has its
 * own and adding a node does not shift the others.
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string | number, stream: string) {
    const { buffer, byteOffset } = nativeCrypto.hash(utf8(`${seed}\0${stream}`));
    const state = new DataView(buffer, byteOffset);
    this.#a = state.getInt32(0);
    this.#b = state.getInt32(4);
    this.#c = state.getInt32(8);
    for (let i = 0; i < WARM_UP_STEPS; i++) this.uint32();
  }

  /** Uniform in [0, 2^32). */
  uint32(): number {
    const out = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + out) | 0;
    return out >>> 0;
  }

  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    let word = 0;
    for (let i = 0; i < length; i++, word >>>= 8) {
      if ((i & 3) === 0) word = this.uint32();
      out[i] = word;
    }
    return out;
  }

  /** 53 bits, as Math.random gives. */
  float(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / UINT53;
  }

  /** Draws anew above the last multiple of `bound`, so that no value is favoured. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > UINT53) {
      throw new RangeError(`bound ${bound}`);
    }
    if (bound > UINT32) return Math.floor(this.float() * bound);
    const limit = UINT32 - (UINT32 % bound);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % bound;
  }
}
