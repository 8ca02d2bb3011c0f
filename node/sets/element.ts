import type { Crypto } from "../../wire/crypto.ts";
import { utf8 } from "../../wire/bytes.ts";
import { epochKey, type EpochKey } from "./epoch.ts";
import { halfSipHash } from "./siphash.ts";

/** Keeps this key apart from every other hash of an overlay's key. */
const DOMAIN = utf8("dispersy sketch 1\0");

/** What keys the sketches of one overlay for one epoch, so that collisions made for one day are gone on the next. */
export function sketchKey(crypto: Crypto, overlay: Uint8Array, epoch: number): EpochKey {
  return epochKey(crypto, DOMAIN, overlay, epoch);
}

/** How a sketch sees a bundle: 56 bits, `x` the first 32, `y` the other 24. Unsigned. */
export interface Element {
  x: number;
  y: number;
}

/** Reused by every call; holds nothing between calls. */
const hash = new Uint32Array(2);

/** HalfSipHash of the first 128 bits of an id, cut to 56 bits; written to `out`. */
export function elementOf(
  { k0, k1 }: EpochKey,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
  out: Element,
): void {
  halfSipHash(k0, k1, w0, w1, w2, w3, hash);
  out.x = hash[0]!;
  out.y = hash[1]! >>> 8;
}

/**
 * 24 bits by which one element is told from a sum of several. Not linear, so that the check of a sum is not the sum of
 * checks; the mixing steps are those of MurmurHash3's finalizer (Appleby).
 */
export function checkOf(x: number, y: number): number {
  let mixed = x ^ Math.imul(y, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ y, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 8;
}
