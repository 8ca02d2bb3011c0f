import { concatBytes, utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";

/**
 * How long one key is used. Long enough that nodes whose clocks differ by minutes nearly always use the same; whoever
 * knows the key can make ids that collide under it, and they differ again under the next.
 */
export const EPOCH_MS = 24 * 3_600_000;

/** The two words of a HalfSipHash key, that an overlay uses for one epoch. */
export interface EpochKey {
  readonly k0: number;
  readonly k1: number;
}

/** `wall`: Unix milliseconds. */
export function epochOf(wall: number): number {
  return Math.floor(wall / EPOCH_MS);
}

/** The beginning of SHA-256 over a domain string, the overlay's public key (32 bytes) and the epoch in decimal. */
export function epochKey(
  crypto: Crypto,
  domain: Uint8Array,
  overlay: Uint8Array,
  epoch: number,
): EpochKey {
  const hash = crypto.hash(concatBytes(domain, overlay, utf8(`${epoch}`)));
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return { k0: view.getUint32(0, true), k1: view.getUint32(4, true) };
}

export function sameKey(a: EpochKey, b: EpochKey): boolean {
  return a.k0 === b.k0 && a.k1 === b.k1;
}
