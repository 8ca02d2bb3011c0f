import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckThreads } from "../../../node/host/verify/check-threads.ts";
import { nativeCrypto, selfTest } from "../../../node/host/verify/native-crypto.ts";
import { SIGNATURE_VECTORS } from "../../../node/host/verify/signature-vectors.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import { loadSodium, verifyWith } from "../../../node/host/verify/sodium.ts";
import { referenceCrypto } from "../../../wire/reference-crypto.ts";
import { AdversarialSignatures, KINDS, type Kind } from "../../wire/adversarial-signatures.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
const SAMPLES = 3_000 * SCALE;

test("all verifiers agree on adversarial signatures, and with the rule", async () => {
  const sodium = loadSodium();
  assert.ok(sodium !== undefined, "it is installed here");
  const verifySodium = verifyWith(sodium);
  const threads = new CheckThreads();
  const accepted = new Map<Kind, number>();
  const background: Promise<boolean[]>[] = [];
  const expected: boolean[] = [];
  for (const sample of new AdversarialSignatures(1).take(SAMPLES)) {
    const { kind, signature, message, publicKey, valid } = sample;
    assert.equal(referenceCrypto.verify(signature, message, publicKey), valid, kind);
    assert.equal(nativeCrypto.verify(signature, message, publicKey), valid, kind);
    assert.equal(verifySodium(signature, message, publicKey), valid, kind);
    background.push(threads.check([sample]));
    expected.push(valid);
    accepted.set(kind, (accepted.get(kind) ?? 0) + Number(valid));
  }
  assert.deepEqual((await Promise.all(background)).flat(), expected);

  const perKind = SAMPLES / KINDS.length;
  for (const kind of KINDS) {
    const count = accepted.get(kind)!;
    if (kind === "honest" || kind === "signed") assert.equal(count, perKind);
    else if (kind === "torsion") assert.ok(count > perKind / 20 && count < perKind / 4);
    else assert.equal(count, 0, kind);
  }
});

test("native and reference make the same keys, signatures, hashes and codes", () => {
  for (let i = 0; i < 20; i++) {
    const secret = new Uint8Array(32).fill(i * 7);
    const message = new Uint8Array(i * 60).fill(i);
    for (const name of ["sign", "mac"] as const) {
      const [first, second] = name === "sign" ? [message, secret] : [secret, message];
      assert.deepEqual(nativeCrypto[name](first, second), referenceCrypto[name](first, second));
    }
    assert.deepEqual(nativeCrypto.publicKey(secret), referenceCrypto.publicKey(secret));
    assert.deepEqual(nativeCrypto.hash(message), referenceCrypto.hash(message));
  }
  for (const crypto of [nativeCrypto, referenceCrypto]) {
    assert.throws(() => crypto.publicKey(new Uint8Array(31)));
    assert.throws(() => crypto.sign(new Uint8Array(1), new Uint8Array(33)));
  }
});

test("a caller cannot change a cached key", () => {
  const secret = new Uint8Array(32).fill(9);
  nativeCrypto.publicKey(secret).fill(0);
  assert.deepEqual(nativeCrypto.publicKey(secret), referenceCrypto.publicKey(secret));
});

test("verdicts do not depend on which keys are cached", () => {
  const source = new AdversarialSignatures(5);
  const first = source.next("honest");
  const check = (): boolean => nativeCrypto.verify(first.signature, first.message, first.publicKey);
  assert.ok(check());
  // More keys than the cache holds.
  for (let i = 0; i < 4_200; i++) {
    const { signature, message, publicKey } = source.next("random");
    assert.equal(nativeCrypto.verify(signature, message, publicKey), false);
  }
  assert.ok(check());
});

test("the vectors of the self-test follow the rule and contain both verdicts", () => {
  const names = new Set<string>();
  for (const { name, signature, message, publicKey, valid } of SIGNATURE_VECTORS) {
    assert.equal(referenceCrypto.verify(signature, message, publicKey), valid, name);
    names.add(`${name} ${valid}`);
  }
  assert.equal(SIGNATURE_VECTORS.length, 23);
  assert.ok(names.has("torsion true") && names.has("torsion false"));
});

test("the self-test passes here, and stops a node whose cryptography differs", () => {
  selfTest();
  selfTest(referenceCrypto);
  const lenient: Crypto = { ...nativeCrypto, verify: () => true };
  assert.throws(() => selfTest(lenient), new RegExp(`Node ${process.version} accepts .*torsion`));
  const broken: Crypto = { ...nativeCrypto, verify: () => false };
  assert.throws(() => selfTest(broken), new RegExp(`Node ${process.version} refuses`));
});
