import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Crypto } from "./crypto.ts";
import { derive } from "./derive.ts";
import { verifyByRule } from "./signature.ts";

const mac = (key: Uint8Array, data: Uint8Array): Uint8Array => hmac(sha256, key, data);

/** All in plain JavaScript: the yardstick for native code, and what runs where there is none. */
export const referenceCrypto: Crypto = {
  hash: (data) => sha256(data),
  mac,
  derive: (secret, use, context) => derive(mac, secret, use, context),
  seal: (key, nonce, associated, plain, out) => {
    out.set(chacha20poly1305(key, nonce, associated).encrypt(plain));
  },
  open(key, nonce, associated, sealed) {
    try {
      return chacha20poly1305(key, nonce, associated).decrypt(sealed);
    } catch {
      return undefined;
    }
  },
  publicKey: (secretKey) => ed25519.getPublicKey(secretKey),
  sign: (message, secretKey) => ed25519.sign(message, secretKey),
  verify: verifyByRule,
};
