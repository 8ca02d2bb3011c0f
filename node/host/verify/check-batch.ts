import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../../wire/limits.ts";
import type { SignatureCheck } from "../../core/effects.ts";

/** Several checks on their way to a thread: public key, signature and message of each, one after the other. */
export interface CheckBatch {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of each message, in bytes. */
  lengths: number[];
}

const FIXED_BYTES = PUBLIC_KEY_BYTES + SIGNATURE_BYTES;

/** Whether a check has the lengths that a batch takes for granted; it is not valid otherwise. */
export function isPackable({ publicKey, signature }: SignatureCheck): boolean {
  return publicKey.length === PUBLIC_KEY_BYTES && signature.length === SIGNATURE_BYTES;
}

/** All are packable. */
export function packChecks(checks: readonly SignatureCheck[]): CheckBatch {
  const lengths = checks.map(({ message }) => message.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + FIXED_BYTES + length, 0));
  let at = 0;
  for (const { publicKey, signature, message } of checks) {
    bytes.set(publicKey, at);
    bytes.set(signature, at + PUBLIC_KEY_BYTES);
    bytes.set(message, at + FIXED_BYTES);
    at += FIXED_BYTES + message.length;
  }
  return { bytes, lengths };
}

export function unpackChecks({ bytes, lengths }: CheckBatch): SignatureCheck[] {
  let at = 0;
  const take = (length: number): Uint8Array => bytes.subarray(at, (at += length));
  return lengths.map((length) => {
    const publicKey = take(PUBLIC_KEY_BYTES);
    return { publicKey, signature: take(SIGNATURE_BYTES), message: take(length) };
  });
}
