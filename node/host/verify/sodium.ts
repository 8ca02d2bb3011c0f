import { createRequire } from "node:module";
import { type Crypto, TAG_BYTES } from "../../../wire/crypto.ts";
import { isWellFormed } from "../../../wire/signature.ts";
import { nativeCrypto, selfTest } from "./native-crypto.ts";

/** What is used of sodium-native. */
interface Sodium {
  /** A byte-for-byte check of the cofactorless equation, as the rule has it. */
  crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean;
  crypto_aead_chacha20poly1305_ietf_encrypt(
    out: Buffer,
    plain: Buffer,
    associated: Buffer,
    unused: null,
    nonce: Buffer,
    key: Buffer,
  ): number;
  /** Throws where the tag is not right. */
  crypto_aead_chacha20poly1305_ietf_decrypt(
    plain: Buffer,
    unused: null,
    sealed: Buffer,
    associated: Buffer,
    nonce: Buffer,
    key: Buffer,
  ): number;
}

/**
 * Native cryptography, where libsodium is installed and follows the rule with its signature checks, in half the time of
 * OpenSSL, and its cipher, in a fifth. What comes out is the same.
 */
export function fastestCrypto(): Crypto {
  const sodium = loadSodium();
  if (sodium === undefined) return nativeCrypto;
  const crypto = { ...nativeCrypto, verify: verifyWith(sodium), ...cipherWith(sodium) };
  try {
    selfTest(crypto);
    return crypto;
  } catch {
    return nativeCrypto;
  }
}

/** Undefined where it is not installed, or not made for this platform. */
export function loadSodium(): Sodium | undefined {
  try {
    return createRequire(import.meta.url)("sodium-native") as Sodium;
  } catch {
    return undefined;
  }
}

export function verifyWith(sodium: Sodium): Crypto["verify"] {
  return (signature, message, publicKey) => {
    if (!isWellFormed(signature, publicKey)) return false;
    return sodium.crypto_sign_verify_detached(view(signature), view(message), view(publicKey));
  };
}

export function cipherWith(sodium: Sodium): Pick<Crypto, "seal" | "open"> {
  return {
    seal(key, nonce, associated, plain, out) {
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
        view(out),
        view(plain),
        view(associated),
        null,
        view(nonce),
        view(key),
      );
    },
    open(key, nonce, associated, sealed) {
      if (sealed.length < TAG_BYTES) return undefined;
      const plain = Buffer.allocUnsafe(sealed.length - TAG_BYTES);
      try {
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
          plain,
          null,
          view(sealed),
          view(associated),
          view(nonce),
          view(key),
        );
      } catch {
        return undefined;
      }
      return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
    },
  };
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
