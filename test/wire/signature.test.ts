import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { concatBytes, fromHex, toHex, utf8 } from "../../wire/bytes.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { isWellFormed } from "../../wire/signature.ts";
import {
  AdversarialSignatures,
  KINDS,
  type Kind,
  NON_CANONICAL,
  TORSION,
} from "./adversarial-signatures.ts";

const hex = (text: string): Uint8Array => fromHex(text, text.length / 2)!;
const SCALE = Number(process.env["SCALE"] ?? 1);

/** RFC 8032 section 7.1, tests 1 and 2. */
const RFC_8032 = [
  {
    secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    secret: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
];

test("signs and verifies as RFC 8032 says", () => {
  for (const { secret, publicKey, message, signature } of RFC_8032) {
    assert.equal(toHex(referenceCrypto.publicKey(hex(secret))), publicKey);
    assert.equal(toHex(referenceCrypto.sign(hex(message), hex(secret))), signature);
    assert.ok(referenceCrypto.verify(hex(signature), hex(message), hex(publicKey)));
  }
});

test("hashes as FIPS 180-4 and RFC 4231 say", () => {
  assert.equal(
    toHex(referenceCrypto.hash(utf8("abc"))),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assert.equal(
    toHex(referenceCrypto.mac(utf8("Jefe"), utf8("what do ya want for nothing?"))),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("the equation alone decides over well-formed signatures, as their construction foretells", () => {
  const source = new AdversarialSignatures(1);
  const seen = new Set<string>();
  for (const sample of source.take(KINDS.length * 12 * SCALE)) {
    const verdict = referenceCrypto.verify(sample.signature, sample.message, sample.publicKey);
    assert.equal(verdict, sample.valid, sample.kind);
    seen.add(`${sample.kind} ${isWellFormed(sample.signature, sample.publicKey)}`);
  }
  const shape = (wellFormed: boolean, ...kinds: Kind[]): void => {
    for (const kind of kinds) assert.ok(seen.has(`${kind} ${wellFormed}`), `${kind} ${wellFormed}`);
  };
  shape(true, "honest", "signed", "torsion", "bit-flip", "swapped-message", "random");
  shape(false, "small-order-key", "small-order-r", "non-canonical-key", "non-canonical-r");
  shape(false, "s-plus-l", "wrong-length");
  assert.ok(!seen.has("torsion false") && !seen.has("small-order-key true"));
});

const honest = new AdversarialSignatures(2).next("honest");

test("no point of small order and no non-canonical encoding passes, as key or as R", () => {
  const encodings = [...TORSION.map((point) => point.toBytes()), ...NON_CANONICAL];
  assert.equal(new Set(encodings.map(toHex)).size, 8 + 40);
  for (const bytes of encodings) {
    assert.ok(!isWellFormed(honest.signature, bytes), `key ${toHex(bytes)}`);
    const signature = concatBytes(bytes, honest.signature.subarray(32));
    assert.ok(!isWellFormed(signature, honest.publicKey), `R ${toHex(bytes)}`);
  }
});

test("the neighbours of what is refused are well formed", () => {
  // y = 2, p - 2, and the y after one of order 8: steps 1 to 4 do not ask whether they are on the curve.
  const neighbours = [
    `02${"00".repeat(31)}`,
    `${"00".repeat(31)}01`,
    `eb${"ff".repeat(30)}7f`,
    `ec${"ff".repeat(30)}7e`,
    "27e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037b",
  ];
  for (const text of neighbours) assert.ok(isWellFormed(honest.signature, hex(text)), text);
});

test("s must be below L", () => {
  const withS = (s: string): boolean =>
    isWellFormed(concatBytes(honest.signature.subarray(0, 32), hex(s)), honest.publicKey);
  const tail = "d3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
  assert.ok(withS(`ec${tail}`), "L - 1");
  assert.ok(!withS(`ed${tail}`), "L");
  assert.ok(!withS(`ee${tail}`), "L + 1");
  assert.ok(withS(`${"ff".repeat(31)}0f`), "2^252 - 1");
  assert.ok(!withS(`${"00".repeat(31)}11`));
  assert.ok(!withS("ff".repeat(32)));
});

test("s = 0 and s = 1 are handled like any other", () => {
  for (const first of ["00", "01"]) {
    const s = hex(`${first}${"00".repeat(31)}`);
    const signature = concatBytes(honest.signature.subarray(0, 32), s);
    assert.ok(isWellFormed(signature, honest.publicKey));
    assert.equal(referenceCrypto.verify(signature, honest.message, honest.publicKey), false);
  }
});

test("verify never throws, whatever it is given", () => {
  const bytes = fc.uint8Array({ maxLength: 70 });
  const property = fc.property(bytes, bytes, bytes, (signature, message, publicKey) => {
    assert.equal(referenceCrypto.verify(signature, message, publicKey), false);
  });
  fc.assert(property, { seed: 3, numRuns: 1_000 * SCALE });
});
