import { concatBytes, utf8 } from "./bytes.ts";
import type { Crypto, Random } from "./crypto.ts";
import { OVERLAY_ID_BYTES, PUBLIC_KEY_BYTES } from "./limits.ts";

/** An Ed25519 secret key is the 32-byte seed of RFC 8032 section 5.1.5. */
export const SECRET_KEY_BYTES = 32;

/** Keeps this hash apart from every other hash of a key. */
const OVERLAY_DOMAIN = utf8("dispersy overlay 1\0");

/**
 * The 20 bytes that name an overlay in every datagram: the beginning of SHA-256 over a domain string and
 * the overlay's public key. Throws a RangeError unless the key has 32 bytes.
 */
export function overlayId(crypto: Crypto, key: Uint8Array): Uint8Array {
  if (key.length !== PUBLIC_KEY_BYTES) throw new RangeError("an overlay key has 32 bytes");
  return crypto.hash(concatBytes(OVERLAY_DOMAIN, key)).slice(0, OVERLAY_ID_BYTES);
}

/** A fresh 32-byte secret key. `random` must be cryptographic wherever the key protects anything. */
export function newSecretKey(random: Random): Uint8Array {
  return random.bytes(SECRET_KEY_BYTES);
}
