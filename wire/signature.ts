import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes, fromHex } from "./bytes.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./limits.ts";

/*
 * The signature rule "dispersy-ed25519-1". Ed25519 as published (RFC 8032, FIPS 186-5) leaves room in which
 * two correct verifiers disagree, and then two groups of nodes would never hold the same bundles. So a
 * signature is valid here if and only if
 *
 *   1. the key has 32 bytes and the signature, R then s, has 64;
 *   2. s < L;
 *   3. A (the key) and R are canonical: y < p, and not x = 0 with the sign bit set;
 *   4. neither A nor R is one of the 8 points of small order;
 *   5. ENC(sB - kA) equals R byte for byte, where k = SHA-512(R, A, message) mod L over the received
 *      bytes. This is the cofactorless equation, the one that OpenSSL checks.
 *
 * Steps 1 to 4 compare bytes and stand before every verifier; step 5 is where verifiers differ.
 */

/** The order of the base point, 2^252 + 27742317777372353535851937790883648493, little-endian. */
const L = constant("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
/** The field's prime, 2^255 - 19, little-endian. */
const P = constant("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/**
 * The y coordinates below p of all points of small order, little-endian: 0 (order 4), 1 (the identity), -1
 * (order 2) and two of order 8. With either sign bit each is either such a point or, for 1 and -1, where
 * x = 0, not canonical: so one comparison without the sign does step 4 and the rest of step 3.
 */
const SMALL_ORDER_Y = [
  constant("0000000000000000000000000000000000000000000000000000000000000000"),
  constant("0100000000000000000000000000000000000000000000000000000000000000"),
  constant("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  constant("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  constant("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
];

const SIGN_BIT_CLEARED = 0x7f;
const ALL_BITS = 0xff;

function constant(hex: string): Uint8Array {
  return fromHex(hex, 32)!;
}

/**
 * Steps 1 to 4 of the rule: true when only the equation is left to check. Any input is allowed.
 * Source: RFC 8032 sections 5.1.2 to 5.1.7; the points of small order as in the CCTV Ed25519 vectors.
 */
export function isWellFormed(signature: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    publicKey.length === PUBLIC_KEY_BYTES &&
    signature.length === SIGNATURE_BYTES &&
    isBelow(signature, 32, L, ALL_BITS) &&
    isUsablePoint(publicKey) &&
    isUsablePoint(signature)
  );
}

/** Whether the first 32 bytes encode a canonical y that no point of small order has. */
function isUsablePoint(bytes: Uint8Array): boolean {
  if (!isBelow(bytes, 0, P, SIGN_BIT_CLEARED)) return false;
  for (const y of SMALL_ORDER_Y) if (hasY(bytes, y)) return false;
  return true;
}

/** Whether the 32-byte little-endian number at `at`, its top byte masked, is below `bound`. */
function isBelow(bytes: Uint8Array, at: number, bound: Uint8Array, topMask: number): boolean {
  const top = bytes[at + 31]! & topMask;
  if (top !== bound[31]) return top < bound[31]!;
  for (let i = 30; i >= 0; i--) {
    if (bytes[at + i] !== bound[i]) return bytes[at + i]! < bound[i]!;
  }
  return false;
}

function hasY(bytes: Uint8Array, y: Uint8Array): boolean {
  for (let i = 0; i < 31; i++) if (bytes[i] !== y[i]) return false;
  return (bytes[31]! & SIGN_BIT_CLEARED) === y[31];
}

/** Step 5, for a signature that passed the steps before it. */
function equationHolds(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(r, publicKey, message))));
  let a;
  try {
    a = Point.fromBytes(publicKey);
  } catch {
    // No point of the curve has this y.
    return false;
  }
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

/** The whole rule in plain JavaScript: the yardstick for native code. Never throws. */
export function verifyByRule(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  return isWellFormed(signature, publicKey) && equationHolds(signature, message, publicKey);
}
