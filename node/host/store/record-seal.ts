import { CIPHER_NONCE_BYTES, TAG_BYTES } from "../../../wire/crypto.ts";
import { hostRandom } from "../random.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";

/** What sealing adds to a record: nonce 12 | ciphertext | tag 16. */
export const RECORD_SEAL_BYTES = CIPHER_NONCE_BYTES + TAG_BYTES;

/** What a record is sealed with: a key of vanishing-keys.ts, and the period that names it there. */
export interface RecordSeal {
  period: number;
  key: Uint8Array;
}

/** Where a record lies is sealed with it: under another key of the store it does not open. */
export function sealRecord(secret: Uint8Array, recordKey: Uint8Array, plain: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(plain.length + RECORD_SEAL_BYTES);
  // At random, for two copies of a home go on with the same keys.
  const nonce = hostRandom.bytes(CIPHER_NONCE_BYTES);
  sealed.set(nonce);
  nativeCrypto.seal(secret, nonce, recordKey, plain, sealed.subarray(CIPHER_NONCE_BYTES));
  return sealed;
}

/** Undefined when it was sealed with another key, or altered. */
export function openRecord(
  secret: Uint8Array,
  recordKey: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < RECORD_SEAL_BYTES) return undefined;
  const nonce = sealed.subarray(0, CIPHER_NONCE_BYTES);
  return nativeCrypto.open(secret, nonce, recordKey, sealed.subarray(CIPHER_NONCE_BYTES));
}
