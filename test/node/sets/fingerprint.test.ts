import assert from "node:assert/strict";
import { test } from "node:test";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { ChunkedIndex } from "../../../node/store/held-index.ts";
import { compareHeld, type Held } from "../../../node/sets/held.ts";
import { EPOCH_MS, epochOf, type EpochKey } from "../../../node/sets/epoch.ts";
import { Fingerprint, fingerprintKey } from "../../../node/sets/fingerprint.ts";
import { halfSipHash } from "../../../node/sets/siphash.ts";
import { randomHeld, seeded } from "../sync/fixtures.ts";

const KEY: EpochKey = { k0: 0x01234567, k1: 0x89abcdef };
const ENTRIES = 2_000;

function entries(count: number, seed = 1): Held[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => randomHeld(1 + random.below(500), random));
}

function fingerprintOf(held: readonly Held[], key = KEY): Uint8Array {
  const fingerprint = new Fingerprint(key);
  for (const each of held) fingerprint.add(each);
  return fingerprint.bytes;
}

test("is the sum of the hashes, each word by itself", () => {
  const held = entries(9);
  const sums = [0n, 0n];
  const hash = new Uint32Array(2);
  for (const { w0, w1, w2, w3 } of held) {
    halfSipHash(KEY.k0, KEY.k1, w0, w1, w2, w3, hash);
    hash.forEach((word, i) => (sums[i]! += BigInt(word)));
  }
  const view = new DataView(fingerprintOf(held).buffer);
  assert.deepEqual(
    [view.getUint32(0, true), view.getUint32(4, true)].map(BigInt),
    sums.map((sum) => sum % 2n ** 32n),
  );
  assert.deepEqual(fingerprintOf([]), new Uint8Array(8));
});

test("does not depend on the order, but on every bundle and on both halves of the key", () => {
  const held = entries(50);
  const whole = fingerprintOf(held);
  assert.deepEqual(fingerprintOf([...held].reverse()), whole);
  held.forEach((_, i) => assert.notDeepEqual(fingerprintOf(held.toSpliced(i, 1)), whole));
  for (const word of ["w0", "w1", "w2", "w3"] as const) {
    const changed = held.with(7, { ...held[7]!, [word]: (held[7]![word] ^ 1) >>> 0 });
    assert.notDeepEqual(fingerprintOf(changed), whole, word);
  }
  for (const key of [
    { ...KEY, k0: KEY.k0 + 1 },
    { ...KEY, k1: KEY.k1 + 1 },
  ]) {
    assert.notDeepEqual(fingerprintOf(held, key), whole);
  }
});

test("an index keeps it up to date whatever comes and goes", () => {
  const random = seeded(2);
  const index = new ChunkedIndex();
  let held: Held[] = [];
  for (const entry of entries(ENTRIES)) {
    assert.ok(index.add(entry));
    // What is there already, or was never there, changes nothing.
    assert.ok(!index.add(entry));
    held.push(entry);
    if (random.below(3) === 0) {
      const [gone] = held.splice(random.below(held.length), 1);
      assert.ok(index.remove(gone!));
      assert.ok(!index.remove(gone!));
    }
    if (random.below(100) === 0)
      assert.deepEqual(index.fingerprint(KEY)!.bytes, fingerprintOf(held));
  }
  assert.deepEqual(index.fingerprint(KEY)!.bytes, fingerprintOf(held));
  const other = { k0: 5, k1: 6 };
  assert.deepEqual(index.fingerprint(other)!.bytes, fingerprintOf(held, other));
  assert.deepEqual(index.fingerprint(KEY)!.bytes, fingerprintOf(held));
  for (const entry of held) index.remove(entry);
  assert.deepEqual(index.fingerprint(KEY)!.bytes, new Uint8Array(8));
});

test("adds up over sets that have nothing in common", () => {
  const index = (held: Held[]): Fingerprint =>
    ChunkedIndex.fromSorted(held.toSorted(compareHeld)).fingerprint(KEY)!;
  const held = entries(100);
  const [some, rest] = [held.slice(0, 40), held.slice(40)];
  assert.deepEqual(index(some).plus(index(rest)).bytes, fingerprintOf(held));
  assert.deepEqual(index(held).minus(index(some)).bytes, fingerprintOf(rest));
});

test("every overlay and every epoch has a key of its own", () => {
  const crypto = keyedHashCrypto();
  const overlays = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
  const keys = overlays.flatMap((overlay) =>
    [0, 1, 20_000].map((epoch) => fingerprintKey(crypto, overlay, epoch)),
  );
  assert.equal(new Set(keys.map(({ k0, k1 }) => `${k0}/${k1}`)).size, keys.length);
  assert.deepEqual(fingerprintKey(crypto, overlays[0]!, 1), keys[1]);
  assert.equal(epochOf(EPOCH_MS - 1), 0);
  assert.equal(epochOf(EPOCH_MS), 1);
});
