import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex, utf8 } from "../../wire/bytes.ts";
import { derive, KEY_USES } from "../../wire/derive.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";

const { mac } = referenceCrypto;

test("HKDF-SHA-256 with one block is RFC 5869's: test case 3", () => {
  // Without salt and info, of 42 bytes: the first block is the first 32 of them.
  const secret = new Uint8Array(22).fill(0x0b);
  const expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d";
  const pseudorandom = mac(new Uint8Array(32), secret);
  assert.equal(
    toHex(pseudorandom),
    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
  );
  assert.equal(toHex(mac(pseudorandom, Uint8Array.of(1))), expected);
});

test("a derived key is HKDF's with the use and the context as info", async () => {
  const { hkdfSync } = await import("node:crypto");
  const secret = fromHex("00".repeat(31) + "07", 32)!;
  for (const use of KEY_USES) {
    for (const context of [undefined, utf8("somebody")]) {
      const info = Buffer.concat([Buffer.from(`dispersy ${use} 1\0`), context ?? utf8("")]);
      const expected = Buffer.from(hkdfSync("sha256", secret, new Uint8Array(), info, 32));
      assert.equal(toHex(derive(mac, secret, use, context)), expected.toString("hex"));
      assert.equal(toHex(nativeCrypto.derive(secret, use, context)), expected.toString("hex"));
    }
  }
});
