/**
 * What the core needs of cryptography. Passed in, so that the same engine runs on native code, on the
 * reference implementation, or in a simulation with memoised signatures.
 */
export interface Crypto {
  /** SHA-256: 32 bytes. */
  hash(data: Uint8Array): Uint8Array;
  /** HMAC-SHA-256: 32 bytes. */
  mac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** The Ed25519 public key (32 bytes) of a secret key (32-byte seed, RFC 8032). */
  publicKey(secretKey: Uint8Array): Uint8Array;
  /** A 64-byte Ed25519 signature. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** Whether the signature is valid under the one rule of `wire/signature.ts`. Never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** A source of randomness. The host's is cryptographic; a simulation's is seeded. */
export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1). */
  float(): number;
  /** A uniform integer in [0, bound). */
  below(bound: number): number;
}
