import { utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { FINGERPRINT_BYTES } from "../../wire/limits.ts";
import type { Held } from "./held.ts";
import { epochKey, sameKey, type EpochKey } from "./epoch.ts";
import { halfSipHash } from "./siphash.ts";

/** Keeps this key apart from every other hash of an overlay's key. */
const DOMAIN = utf8("dispersy fingerprint 1\0");

/** What keys the fingerprints of one overlay for one epoch. */
export function fingerprintKey(crypto: Crypto, overlay: Uint8Array, epoch: number): EpochKey {
  return epochKey(crypto, DOMAIN, overlay, epoch);
}

/** Reused by every call; holds nothing between calls. */
const hash = new Uint32Array(2);

/**
 * Names a set of bundles in 64 bits, whatever their order: HalfSipHash of the first 128 bits of each id, its two 32-bit
 * words summed each modulo 2^32. Bundles come and go at the cost of one hash. Sums, because of an exclusive or of 65
 * hashes some part is always zero, and that part is found by linear algebra.
 */
export class Fingerprint {
  readonly key: EpochKey;
  #first = 0;
  #second = 0;

  constructor(key: EpochKey) {
    this.key = key;
  }

  hasKey(key: EpochKey): boolean {
    return sameKey(this.key, key);
  }

  /** A bundle came into the set. */
  add({ w0, w1, w2, w3 }: Held): void {
    halfSipHash(this.key.k0, this.key.k1, w0, w1, w2, w3, hash);
    this.#first = (this.#first + hash[0]!) | 0;
    this.#second = (this.#second + hash[1]!) | 0;
  }

  /** A bundle left the set. */
  remove({ w0, w1, w2, w3 }: Held): void {
    halfSipHash(this.key.k0, this.key.k1, w0, w1, w2, w3, hash);
    this.#first = (this.#first - hash[0]!) | 0;
    this.#second = (this.#second - hash[1]!) | 0;
  }

  /** Of this set and another that has nothing in common with it. The keys must be equal. */
  plus(other: Fingerprint): Fingerprint {
    const sum = new Fingerprint(this.key);
    sum.#first = (this.#first + other.#first) | 0;
    sum.#second = (this.#second + other.#second) | 0;
    return sum;
  }

  /** Of this set without another that is part of it. The keys must be equal. */
  minus(other: Fingerprint): Fingerprint {
    const rest = new Fingerprint(this.key);
    rest.#first = (this.#first - other.#first) | 0;
    rest.#second = (this.#second - other.#second) | 0;
    return rest;
  }

  /** FINGERPRINT_BYTES bytes, as it travels: both words little-endian. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(FINGERPRINT_BYTES);
    // Without a DataView: it would move these few bytes to memory of their own.
    for (let i = 0; i < 4; i++) {
      bytes[i] = this.#first >>> (8 * i);
      bytes[4 + i] = this.#second >>> (8 * i);
    }
    return bytes;
  }
}

/** As `minus`, of two fingerprints as they travel. */
export function minusBytes(whole: Uint8Array, part: Uint8Array): Uint8Array {
  const rest = whole.slice();
  const [view, less] = [rest, part].map((bytes) => new DataView(bytes.buffer, bytes.byteOffset));
  for (const at of [0, 4])
    view!.setInt32(at, view!.getInt32(at, true) - less!.getInt32(at, true), true);
  return rest;
}
