import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, toHex, utf8 } from "../../wire/bytes.ts";
import type { Random } from "../../wire/crypto.ts";
import { newSecretKey, overlayId } from "../../wire/identity.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);

test("golden: seed, overlay key, overlay id", () => {
  const key = referenceCrypto.publicKey(SEED);
  assert.equal(toHex(key), "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
  assert.equal(toHex(overlayId(referenceCrypto, key)), "8d26e5de9ad795ef1ecd5f871a020f1acb9a900f");
});

test("an overlay id is the beginning of SHA-256 over domain and key", () => {
  const key = referenceCrypto.publicKey(SEED);
  const digest = referenceCrypto.hash(concatBytes(utf8("dispersy overlay 1\0"), key));
  assert.deepEqual(overlayId(referenceCrypto, key), digest.slice(0, 20));
  assert.throws(() => overlayId(referenceCrypto, key.subarray(1)), RangeError);
});

test("a new secret key is 32 bytes from the given source", () => {
  const asked: number[] = [];
  const random: Random = {
    bytes(length) {
      asked.push(length);
      return new Uint8Array(length).fill(7);
    },
    float: () => 0,
    below: () => 0,
  };
  assert.deepEqual(newSecretKey(random), new Uint8Array(32).fill(7));
  assert.deepEqual(asked, [32]);
});
