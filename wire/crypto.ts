import type { KeyUse } from "./derive.ts";

/**
 * What the core needs of cryptography. Passed in, so that the same engine runs on native code, on the
 * reference implementation, or in a simulation with memoised signatures.
 */
export interface Crypto {
  /** SHA-256: 32 bytes. */
  hash(data: Uint8Array): Uint8Array;
  /** HMAC-SHA-256: 32 bytes. */
  mac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** 32 bytes for one use of a secret, and for one `context` of that use: wire/derive.ts. */
  derive(secret: Uint8Array, use: KeyUse, context?: Uint8Array): Uint8Array;
  /**
   * ChaCha20-Poly1305 (RFC 8439 section 2.8): writes the ciphertext and its tag, `plain.length` + TAG_BYTES, into
   * `out`. `key`: 32 bytes, `nonce`: 12 bytes, never twice under one key.
   */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    plain: Uint8Array,
    out: Uint8Array,
  ): void;
  /** The plaintext; undefined when something of it was made with another key or altered. Never throws. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined;
  /** The Ed25519 public key (32 bytes) of a secret key (32-byte seed, RFC 8032). */
  publicKey(secretKey: Uint8Array): Uint8Array;
  /** A 64-byte Ed25519 signature. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** Whether the signature is valid under the one rule of `wire/signature.ts`. Never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** Of what `seal` writes behind the ciphertext. */
export const TAG_BYTES = 16;
export const CIPHER_NONCE_BYTES = 12;

/** A source of randomness. The host's is cryptographic; a simulation's is seeded. */
export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1). */
  float(): number;
  /** A uniform integer in [0, bound). */
  below(bound: number): number;
}
