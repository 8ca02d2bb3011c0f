import assert from "node:assert/strict";
import { test } from "node:test";
import { keyedHashCrypto, memoised } from "../../../node/testing/crypto.ts";
import { toHex, utf8 } from "../../../wire/bytes.ts";

const secret = new Uint8Array(32).fill(1);
const message = utf8("message");

test("the stand-in scheme accepts what was signed and nothing else", () => {
  const crypto = keyedHashCrypto();
  const key = crypto.publicKey(secret);
  const signature = crypto.sign(message, secret);
  assert.equal(key.length, 32);
  assert.equal(signature.length, 64);
  assert.equal(crypto.verify(signature, message, key), true);
  assert.equal(crypto.verify(signature, utf8("massage"), key), false);
  assert.equal(crypto.verify(signature, message, crypto.publicKey(key)), false);
  for (let i = 0; i < 64; i++) {
    const forged = signature.slice();
    forged[i]! ^= 1;
    assert.equal(crypto.verify(forged, message, key), false);
  }
  assert.equal(crypto.verify(signature.subarray(1), message, key), false);
  assert.equal(crypto.verify(signature, message, key.subarray(1)), false);
});

test("ids are those of the real scheme", () => {
  const crypto = keyedHashCrypto();
  // SHA-256 of "abc": FIPS 180-4, example 1.
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(toHex(crypto.hash(utf8("abc"))), expected);
});

test("authentication codes depend on key and data", () => {
  const { mac } = keyedHashCrypto();
  assert.equal(mac(secret, message).length, 32);
  assert.notDeepEqual(mac(secret, message), mac(message, secret));
  assert.notDeepEqual(
    mac(Uint8Array.of(1, 2), Uint8Array.of(3)),
    mac(Uint8Array.of(1), Uint8Array.of(2, 3)),
  );
});

test("a verdict is computed once", () => {
  const inner = keyedHashCrypto();
  let verified = 0;
  const crypto = memoised({
    ...inner,
    verify: (...args) => {
      verified++;
      return inner.verify(...args);
    },
  });
  const key = crypto.publicKey(secret);
  const signature = crypto.sign(message, secret);
  const forged = signature.slice();
  forged[0]! ^= 1;
  for (let i = 0; i < 3; i++) {
    assert.equal(crypto.verify(signature, message, key), true);
    assert.equal(crypto.verify(forged, message, key), false);
  }
  assert.equal(verified, 2);
  assert.equal(crypto.verify(signature.subarray(1), message, key), false);
});
