import { concatBytes, equalBytes } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { NONCE_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";

const KEYED = keyedHashCrypto();
const NO_NONCE = new Uint8Array(NONCE_BYTES);

/**
 * A keyed hash in the place of Ed25519, with many valid signatures of one message for whoever has the key, as Ed25519
 * has: its signer may choose the nonce. A signature is the hash of key, nonce and message, zeroes, and the nonce.
 * `realCipher`: what seals is the cipher that ships, and not one that hides nothing.
 */
export function malleableCrypto(realCipher = false): Crypto {
  const { seal, open } = realCipher ? nativeCrypto : KEYED;
  return {
    ...KEYED,
    seal,
    open,
    sign: (message, secretKey) => resigned(message, secretKey, NO_NONCE),
    verify(signature, message, key) {
      if (signature.length !== SIGNATURE_BYTES) return false;
      const nonce = signature.subarray(SIGNATURE_BYTES - NONCE_BYTES);
      return equalBytes(signature, signatureOf(message, key, nonce));
    },
  };
}

/** Another signature of the same message by the same key. */
export function resigned(
  message: Uint8Array,
  secretKey: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  return signatureOf(message, KEYED.publicKey(secretKey), nonce);
}

function signatureOf(message: Uint8Array, key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_BYTES);
  signature.set(KEYED.mac(key, concatBytes(nonce, message)));
  signature.set(nonce, SIGNATURE_BYTES - NONCE_BYTES);
  return signature;
}
