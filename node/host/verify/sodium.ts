import { createRequire } from "node:module";
import type { Crypto } from "../../../wire/crypto.ts";
import { isWellFormed } from "../../../wire/signature.ts";
import { nativeCrypto, selfTest } from "./native-crypto.ts";

/** What is used of sodium-native: a byte-for-byte check of the cofactorless equation, as the rule has it. */
interface Sodium {
  crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean;
}

/**
 * Signature checks by libsodium where it is installed and follows the rule, in half the time of OpenSSL; otherwise as
 * `nativeCrypto`. The verdict is the same.
 */
export function fastestVerify(): Crypto["verify"] {
  const sodium = loadSodium();
  if (sodium === undefined) return nativeCrypto.verify;
  const verify = verifyWith(sodium);
  try {
    selfTest({ ...nativeCrypto, verify });
    return verify;
  } catch {
    return nativeCrypto.verify;
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

function view({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
