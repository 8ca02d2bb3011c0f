import { hash as digest } from "node:crypto";
import { concatBytes, equalBytes, utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";

/** The uses of the hash, kept apart by a prefix of fixed length. */
const PUBLIC_KEY_DOMAIN = utf8("sim-pub:");
const SIGNATURE_DOMAIN = utf8("sim-sig:");
const MAC_DOMAIN = utf8("sim-mac:");

/** About 100 bytes an entry: some 100 MB at most. */
const MAX_VERDICTS = 1_000_000;

/**
 * A stand-in for large simulations, some fifty times as fast as Ed25519. What signs is a hash over public
 * key and message: signatures that were altered, or made by another key, fail as they should; whoever sets
 * out to forge one can. A report of a run that used it has to say so.
 */
export function keyedHashCrypto(): Crypto {
  const publicKey = (secretKey: Uint8Array) => sha256(concatBytes(PUBLIC_KEY_DOMAIN, secretKey));
  const signatureOf = (message: Uint8Array, key: Uint8Array) =>
    digest("sha512", concatBytes(SIGNATURE_DOMAIN, key, message), "buffer");
  return {
    hash: sha256,
    mac: (key, data) => sha256(concatBytes(MAC_DOMAIN, Uint8Array.of(key.length), key, data)),
    publicKey,
    sign: (message, secretKey) => plain(signatureOf(message, publicKey(secretKey))),
    verify: (signature, message, key) =>
      signature.length === SIGNATURE_BYTES &&
      key.length === PUBLIC_KEY_BYTES &&
      equalBytes(signature, signatureOf(message, key)),
  };
}

/**
 * The same scheme, remembering verdicts: verification is a function of its bytes alone, so each bundle
 * costs one verification however many nodes it reaches, and runs still repeat exactly.
 */
export function memoised(crypto: Crypto): Crypto {
  /** BOUNDED: by MAX_VERDICTS; the oldest half makes room. */
  const verdicts = new Map<string, boolean>();
  return {
    hash: (data) => crypto.hash(data),
    mac: (key, data) => crypto.mac(key, data),
    publicKey: (secretKey) => crypto.publicKey(secretKey),
    sign: (message, secretKey) => crypto.sign(message, secretKey),
    verify(signature, message, key) {
      // Other lengths would make the concatenation ambiguous; they are the scheme's to refuse.
      if (signature.length !== SIGNATURE_BYTES || key.length !== PUBLIC_KEY_BYTES) {
        return crypto.verify(signature, message, key);
      }
      const name = digest("sha256", concatBytes(signature, key, message), "binary");
      const known = verdicts.get(name);
      if (known !== undefined) return known;
      if (verdicts.size >= MAX_VERDICTS) forgetOldest(verdicts, MAX_VERDICTS / 2);
      const valid = crypto.verify(signature, message, key);
      verdicts.set(name, valid);
      return valid;
    },
  };
}

function forgetOldest(verdicts: Map<string, boolean>, count: number): void {
  for (const name of verdicts.keys()) {
    if (count-- <= 0) return;
    verdicts.delete(name);
  }
}

function sha256(data: Uint8Array): Uint8Array {
  return plain(digest("sha256", data, "buffer"));
}

/** A Buffer is compared and printed otherwise than the plain bytes that the core works with. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
