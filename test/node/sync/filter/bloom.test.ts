import assert from "node:assert/strict";
import { test } from "node:test";
import { BloomFilter, capacityOf, functionsOf } from "../../../../node/sync/filter/bloom.ts";
import { halfSipHash } from "../../../../node/sets/siphash.ts";
import { randomHeld, seeded } from "../fixtures.ts";

/** Bits and capacity at 1 % of the original's filters, one row per signature size. */
const ORIGINAL_FILTERS = [
  [10_304, 1_075],
  [10_320, 1_076],
  [10_192, 1_063],
  [10_160, 1_059],
  [10_128, 1_056],
  [9_808, 1_023],
  [9_488, 989],
] as const;

test("capacities and functions are the original's", () => {
  for (const [bits, capacity] of ORIGINAL_FILTERS) {
    assert.equal(capacityOf(bits, 0.01), capacity);
    assert.equal(functionsOf(bits, capacity), 7);
  }
  assert.equal(capacityOf(8_192, 0.01), 854);
  assert.equal(capacityOf(8_192, 0.1), 1_709);
});

test("at capacity, false positives are within a tenth of 1 % and the fill is 51 to 52 %", () => {
  const random = seeded(2);
  const probes = 20_000;
  const filters = 20;
  let positives = 0;
  for (let i = 0; i < filters; i += 1) {
    const filter = new BloomFilter(new Uint8Array(1_270), 7, random.bytes(8));
    for (let n = 0; n < 1_059; n += 1) {
      const { w0, w1, w2, w3 } = randomHeld(1, random);
      filter.add(w0, w1, w2, w3);
    }
    assert.ok(filter.fill > 0.505 && filter.fill < 0.53, `fill ${filter.fill}`);
    for (let n = 0; n < probes; n += 1) {
      const { w0, w1, w2, w3 } = randomHeld(1, random);
      if (filter.has(w0, w1, w2, w3)) positives += 1;
    }
  }
  const rate = positives / (filters * probes);
  assert.ok(rate > 0.009 && rate < 0.011, `rate ${rate}`);
});

test("what was added is found, whatever the size and the number of functions", () => {
  const random = seeded(3);
  for (const [bytes, functions] of [
    [1, 1],
    [8, 3],
    [1_000, 7],
    [1_232, 16],
  ] as const) {
    const filter = new BloomFilter(new Uint8Array(bytes), functions, random.bytes(8));
    const all = Array.from({ length: 500 }, () => randomHeld(1, random));
    for (const { w0, w1, w2, w3 } of all) filter.add(w0, w1, w2, w3);
    assert.ok(all.every(({ w0, w1, w2, w3 }) => filter.has(w0, w1, w2, w3)));
  }
});

test("sets the bits x + iy + (i^3 - i)/6 of the keyed hash, and no others", () => {
  const random = seeded(4);
  for (let round = 0; round < 100; round += 1) {
    const bytes = 1 + random.below(1_300);
    const functions = 1 + random.below(16);
    const salt = random.bytes(8);
    const { w0, w1, w2, w3 } = randomHeld(1, random);
    const filter = new BloomFilter(new Uint8Array(bytes), functions, salt);
    filter.add(w0, w1, w2, w3);

    const view = new DataView(salt.buffer);
    const hash = new Uint32Array(2);
    halfSipHash(view.getUint32(0, true), view.getUint32(4, true), w0, w1, w2, w3, hash);
    const expected = new Uint8Array(bytes);
    for (let i = 0; i < functions; i += 1) {
      const sum = BigInt(hash[0]!) + BigInt(i) * BigInt(hash[1]!) + BigInt((i ** 3 - i) / 6);
      const bit = Number(sum % BigInt(bytes * 8));
      expected[bit >> 3]! |= 1 << (bit & 7);
    }
    assert.deepEqual(filter.bytes, expected);
  }
});

test("another salt has other false positives", () => {
  const random = seeded(5);
  const members = Array.from({ length: 1_059 }, () => randomHeld(1, random));
  const strangers = Array.from({ length: 50_000 }, () => randomHeld(1, random));
  const positivesUnder = (salt: Uint8Array): Set<number> => {
    const filter = new BloomFilter(new Uint8Array(1_270), 7, salt);
    for (const { w0, w1, w2, w3 } of members) filter.add(w0, w1, w2, w3);
    const positives = new Set<number>();
    strangers.forEach(({ w0, w1, w2, w3 }, i) => filter.has(w0, w1, w2, w3) && positives.add(i));
    return positives;
  };
  const first = positivesUnder(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0));
  for (const other of [0, 4, 7]) {
    const salt = new Uint8Array(8);
    salt[other] = 1;
    const both = [...positivesUnder(salt)].filter((i) => first.has(i));
    // 1 % of 1 % of 50,000 is 5.
    assert.ok(first.size > 300 && both.length < 25, `${both.length} of ${first.size}`);
  }
});

test("fill is the share of bits set", () => {
  const salt = new Uint8Array(8);
  assert.equal(new BloomFilter(new Uint8Array(10), 7, salt).fill, 0);
  assert.equal(new BloomFilter(new Uint8Array(10).fill(255), 7, salt).fill, 1);
  assert.equal(new BloomFilter(Uint8Array.of(0x81, 0x10), 7, salt).fill, 3 / 16);
  assert.equal(new BloomFilter(new Uint8Array(0), 7, salt).fill, 1);
});

test("a stretch is added and searched like its entries one by one", () => {
  const random = seeded(6);
  for (const [entries, bytes] of [
    [1, 1],
    [31, 64],
    [33, 64],
    [700, 1_000],
  ] as const) {
    const words = Uint32Array.from({ length: entries * 4 }, () => random.below(2 ** 32));
    const entry = (i: number) => [...words.subarray(i * 4, i * 4 + 4)] as Words;
    const salt = random.bytes(8);
    const functions = 1 + random.below(16);
    const stretch = new BloomFilter(new Uint8Array(bytes), functions, salt);
    const single = new BloomFilter(new Uint8Array(bytes), functions, salt);
    const left = new Set([random.below(entries), random.below(entries)]);
    let from = 0;
    for (const gap of [...left].sort((a, b) => a - b)) {
      stretch.addStretch(words, from, gap);
      from = gap + 1;
    }
    stretch.addStretch(words, from, entries);
    for (let i = 0; i < entries; i += 1) if (!left.has(i)) single.add(...entry(i));
    assert.deepEqual(stretch.bytes, single.bytes);
    for (let at = 0; at < entries; at += 1) {
      let expected = at;
      while (expected < entries && single.has(...entry(expected))) expected += 1;
      assert.equal(stretch.firstMissing(words, at, entries), expected);
    }
  }
});

type Words = [number, number, number, number];
