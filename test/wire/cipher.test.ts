import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, property as forAll, uint8Array } from "fast-check";
import { toHex } from "../../wire/bytes.ts";
import { type Crypto, TAG_BYTES } from "../../wire/crypto.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { CIPHER_VECTOR } from "../../node/host/verify/cipher-vector.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { cipherWith, loadSodium } from "../../node/host/verify/sodium.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";

type Cipher = Pick<Crypto, "seal" | "open">;

const sodium = loadSodium();
const REAL: [string, Cipher][] = [
  ["reference", referenceCrypto],
  ["OpenSSL", nativeCrypto],
  ...(sodium === undefined ? [] : [["libsodium", cipherWith(sodium)] as [string, Cipher]]),
];

function sealed({ seal }: Cipher, plain: Uint8Array, parts = CIPHER_VECTOR): Uint8Array {
  const out = new Uint8Array(plain.length + TAG_BYTES);
  seal(parts.key, parts.nonce, parts.associated, plain, out);
  return out;
}

for (const [name, cipher] of REAL) {
  test(`ChaCha20-Poly1305 of RFC 8439 section 2.8.2: ${name}`, () => {
    const out = sealed(cipher, CIPHER_VECTOR.plain);
    assert.equal(toHex(out.subarray(0, 16)), "d31a8d34648e60db7b86afbc53ef7ec2");
    assert.equal(toHex(out.subarray(-TAG_BYTES)), toHex(CIPHER_VECTOR.tag));
  });
}

test("all implementations make the same of any text, and open each other's", () => {
  const bytes = uint8Array({ maxLength: 1_400 });
  const property = forAll(bytes, uint8Array({ maxLength: 64 }), (plain, associated) => {
    const parts = { ...CIPHER_VECTOR, associated };
    const all = REAL.map(([, cipher]) => toHex(sealed(cipher, plain, parts)));
    assert.equal(new Set(all).size, 1);
    const out = sealed(referenceCrypto, plain, parts);
    for (const [, { open }] of REAL) {
      assert.equal(toHex(open(parts.key, parts.nonce, associated, out)!), toHex(plain));
    }
  });
  check(property, { numRuns: 100 });
});

test("whatever was altered is not opened, and nothing is thrown", () => {
  const { key, nonce, associated, plain } = CIPHER_VECTOR;
  const out = sealed(referenceCrypto, plain);
  for (const [name, { open }] of REAL) {
    for (let at = 0; at < out.length; at += 7) {
      const altered = out.slice();
      altered[at]! ^= 1;
      assert.equal(open(key, nonce, associated, altered), undefined, name);
    }
    assert.equal(open(key, nonce, associated.slice(1), out), undefined, name);
    assert.equal(open(key, nonce.toReversed(), associated, out), undefined, name);
    for (const length of [0, 1, 15, 16]) {
      assert.equal(open(key, nonce, associated, out.subarray(0, length)), undefined, name);
    }
  }
});

test("the simulator's cipher has the same lengths, and keeps keys and nonces apart", () => {
  const crypto = keyedHashCrypto();
  const { key, nonce, associated, plain } = CIPHER_VECTOR;
  const out = sealed(crypto, plain);
  assert.equal(toHex(crypto.open(key, nonce, associated, out)!), toHex(plain));
  assert.equal(crypto.open(key.toReversed(), nonce, associated, out), undefined);
  assert.equal(crypto.open(key, nonce.toReversed(), associated, out), undefined);
});
