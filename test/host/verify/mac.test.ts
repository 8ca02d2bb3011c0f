import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { toHex } from "../../../wire/bytes.ts";
import { referenceCrypto } from "../../../wire/reference-crypto.ts";

const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7 + 1);

test("a keyed hash is HMAC-SHA-256, whatever the lengths of the key and of what it is over", () => {
  for (const keyBytes of [0, 1, 32, 63, 64, 65, 200]) {
    for (const dataBytes of [0, 6, 18, 55, 56, 64, 1_000]) {
      const [key, data] = [counted(keyBytes), counted(dataBytes)];
      const expected = createHmac("sha256", key).update(data).digest("hex");
      assert.equal(toHex(nativeCrypto.mac(key, data)), expected);
      assert.equal(toHex(referenceCrypto.mac(key, data)), expected);
      assert.deepEqual(key, counted(keyBytes), "left as it was");
    }
  }
});
