import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Effort } from "../../../node/net/work.ts";
import { BloomFilter } from "../../../node/sync/filter/bloom.ts";
import {
  bloomOffer,
  chooseModulo,
  countIn,
  divide,
  everything,
  inSubset,
  walkSubset,
} from "../../../node/sync/subset.ts";
import { ChunkedIndex } from "../../../node/store/held-index.ts";
import type { Held } from "../../../node/sets/held.ts";
import type { Subset } from "../../../wire/message.ts";
import { each, entriesOf, randomHeld, seeded, upTo } from "./fixtures.ts";

const CAPACITY = 1_059;
const FILTER_BYTES = 1_270;

function indexOf(times: Iterable<number>, seed = 1): ChunkedIndex {
  const random = seeded(seed);
  const index = new ChunkedIndex();
  for (const time of times) index.add(randomHeld(time, random));
  return index;
}

function walked(index: ChunkedIndex, subset: Subset): Held[] {
  const entries: Held[] = [];
  const visit = each((globalTime, w0, w1, w2, w3) => {
    return entries.push({ globalTime, w0, w1, w2, w3 }) > 0;
  });
  const end = walkSubset(index, subset, new Effort(Infinity), visit);
  assert.equal(end, "end");
  return entries;
}

test("a subset is a range, a class and a prefix", () => {
  const all = everything(100);
  const prefix = 0xabcd0000;
  for (const [subset, globalTime, w0, expected] of [
    [all, 1, 0, true],
    [all, 100, 0xffffffff, true],
    [all, 101, 0, false],
    [{ ...all, low: 5 }, 4, 0, false],
    [{ ...all, high: Infinity }, Number.MAX_SAFE_INTEGER, 0, true],
    // (t + offset) mod modulo = 0
    [{ ...all, modulo: 3, offset: 1 }, 5, 0, true],
    [{ ...all, modulo: 3, offset: 1 }, 6, 0, false],
    [{ ...all, modulo: 3, offset: 0 }, 6, 0, true],
    [{ ...all, idBits: 4, idPrefix: 0xa }, 1, prefix, true],
    [{ ...all, idBits: 4, idPrefix: 0xb }, 1, prefix, false],
    [{ ...all, idBits: 16, idPrefix: 0xabcd }, 1, prefix, true],
    [{ ...all, idBits: 16, idPrefix: 0xabce }, 1, prefix, false],
  ] as const) {
    assert.equal(
      inSubset(subset, globalTime, w0),
      expected,
      JSON.stringify({ subset, globalTime }),
    );
  }
});

test("every global time is in exactly one class, up to the largest", () => {
  const top = Number.MAX_SAFE_INTEGER;
  for (const modulo of [1, 2, 3, 7, 1_000, 65_535]) {
    for (const time of [1, 2, 12_345, top - 1, top]) {
      let classes = 0;
      for (let offset = 0; offset < modulo; offset += 1) {
        const subset = { ...everything(Infinity), modulo, offset };
        const exact = (BigInt(time) + BigInt(offset)) % BigInt(modulo) === 0n;
        assert.equal(inSubset(subset, time, 0), exact);
        if (exact) classes += 1;
      }
      assert.equal(classes, 1);
    }
  }
});

test("all offsets together cover the store exactly, and so do all prefixes", () => {
  const random = seeded(2);
  const times = Array.from({ length: 4_000 }, () => 1 + random.below(9_000));
  const index = indexOf(times);
  const entries = entriesOf(index);
  for (const modulo of [1, 2, 5, 64, 300]) {
    const covered = new ChunkedIndex();
    for (let offset = 0; offset < modulo; offset += 1) {
      for (const held of walked(index, { ...everything(9_000), modulo, offset })) {
        assert.ok(covered.add(held), "twice");
      }
    }
    assert.deepEqual(entriesOf(covered), entries);
  }
  const covered = new ChunkedIndex();
  for (let idPrefix = 0; idPrefix < 32; idPrefix += 1) {
    for (const held of walked(index, { ...everything(9_000), idBits: 5, idPrefix })) {
      assert.ok(covered.add(held), "twice");
    }
  }
  assert.deepEqual(entriesOf(covered), entries);
});

test("a walk visits what is in the subset, in order", () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const time = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 100_000 }));
  const held = fc.record({ globalTime: time, w0: word, w1: word, w2: word, w3: word });
  const subsets = fc
    .record({
      low: time,
      span: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 50_000 })),
      modulo: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 300 })),
      offset: fc.nat(299),
      idBits: fc.integer({ min: 0, max: 3 }),
      idPrefix: fc.nat(7),
    })
    .map(({ span, ...rest }): Subset => {
      const { low, modulo, idBits } = rest;
      const offset = rest.offset % modulo;
      return {
        low,
        high: low + span,
        modulo,
        offset,
        idBits,
        idPrefix: rest.idPrefix % 2 ** idBits,
      };
    });
  fc.assert(
    fc.property(fc.array(held, { maxLength: 400 }), subsets, (entries, subset) => {
      const index = new ChunkedIndex();
      for (const entry of entries) index.add(entry);
      const expected = entriesOf(index).filter((e) => inSubset(subset, e.globalTime, e.w0));
      assert.deepEqual(walked(index, subset), expected);
      assert.equal(countIn(index, subset), expected.length);
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("a walk ends at its bound or where the visitor says", () => {
  const index = indexOf(upTo(1_000));
  for (const modulo of [1, 7, 300]) {
    const subset = { ...everything(1_000), modulo, offset: 0 };
    const count = countIn(index, subset);
    let visits = 0;
    const visit = each(() => ++visits < 3);
    assert.equal(walkSubset(index, subset, new Effort(Infinity), visit), "stopped");
    assert.equal(visits, 3);
    assert.equal(
      walkSubset(index, subset, new Effort(1_000), () => true),
      "end",
    );
    assert.equal(
      walkSubset(index, subset, new Effort(2), () => true),
      "bound",
    );
    assert.equal(
      walkSubset(index, subset, new Effort(0), () => true),
      "bound",
    );
    assert.ok(count >= 3);
  }
});

test("what a class gathers reaches the visitor before the bound is told, and no further than it wants", () => {
  const index = indexOf(upTo(5_000));
  const subset = { ...everything(5_000), modulo: 2, offset: 0 };
  for (const limit of [1, 510, 511, 512, 513, 2_000]) {
    let visited = 0;
    const end = walkSubset(
      index,
      subset,
      new Effort(limit),
      each(() => ++visited > 0),
    );
    assert.equal(end, "bound");
    assert.equal(visited, Math.ceil(limit / 2));
  }
  for (const wanted of [1, 255, 256, 257, 1_000]) {
    let visited = 0;
    const visit = each(() => ++visited < wanted);
    assert.equal(walkSubset(index, subset, new Effort(Infinity), visit), "stopped");
    assert.equal(visited, wanted);
  }
});

test("a class far apart is looked up, not searched for", () => {
  const index = indexOf(upTo(50_000));
  const subset = { ...everything(50_000), modulo: 10_000, offset: 0 };
  // 5 of the class among 50,000: a walk over all of them would hit the bound.
  assert.equal(countIn(index, subset), 5);
  assert.equal(
    walkSubset(index, subset, new Effort(1_000), () => true),
    "end",
  );
});

test("modulo asks for one of as many classes as full filters hold the store", () => {
  const random = seeded(4);
  for (const [held, modulo] of [
    [0, 1],
    [1, 1],
    [1_059, 1],
    [1_060, 2],
    [3_000, 3],
    [10_000, 10],
  ] as const) {
    const index = indexOf(upTo(held));
    const offsets = new Map<number, number>();
    for (let draw = 0; draw < 50 * modulo; draw += 1) {
      const subset = chooseModulo(index, everything(held + 10_000), CAPACITY, random);
      assert.deepEqual({ ...subset, offset: 0 }, { ...everything(held + 10_000), modulo });
      offsets.set(subset.offset, (offsets.get(subset.offset) ?? 0) + 1);
      assert.ok(countIn(index, subset) <= CAPACITY);
    }
    assert.equal(offsets.size, modulo);
    for (const times of offsets.values()) assert.ok(times > 20 && times < 90, `${times} of 50`);
  }
});

test("classes in turn come round", () => {
  const index = indexOf(upTo(3_000));
  const random = seeded(5);
  const offsets = [7, 8, 9, 10].map(
    (turn) => chooseModulo(index, everything(13_000), CAPACITY, random, turn).offset,
  );
  assert.deepEqual(offsets, [1, 2, 0, 1]);
});

test("a range is divided by what is held of it", () => {
  const range = { ...everything(13_000), low: 801 };
  const subset = chooseModulo(indexOf(upTo(3_000)), range, CAPACITY, seeded(5), 4);
  assert.deepEqual(subset, { ...range, modulo: 3, offset: 1 });
});

test("modulo never exceeds 65,535", () => {
  const index = indexOf(upTo(70_000));
  assert.equal(chooseModulo(index, everything(80_000), 1, seeded(6)).modulo, 65_535);
});

test("a class that one global time overfills is divided by id", () => {
  const random = seeded(7);
  const index = indexOf(Array.from({ length: 5_000 }, () => 10));
  const seen = new ChunkedIndex();
  for (let draw = 0; draw < 300; draw += 1) {
    const subset = chooseModulo(index, everything(10_010), CAPACITY, random);
    const part = walked(index, subset);
    // Five classes, four of them empty; eight parts of the fifth.
    if (part.length > 0) assert.equal(subset.idBits, 3);
    assert.ok(part.length <= CAPACITY);
    for (const held of part) seen.add(held);
  }
  assert.equal(seen.size, 5_000);
});

test("division brings the expected share within capacity, with no bit too many", () => {
  const random = seeded(8);
  const all = everything(100);
  for (const [count, idBits] of [
    [1_059, 0],
    [1_060, 1],
    [2_118, 1],
    [2_119, 2],
    [5_000, 3],
    [100_000_000, 16],
  ] as const) {
    const prefixes = new Set<number>();
    for (let draw = 0; draw < 100; draw += 1) {
      const subset = divide(all, count, CAPACITY, random);
      assert.equal(subset.idBits, idBits);
      assert.ok(subset.idPrefix >= 0 && subset.idPrefix < 2 ** idBits);
      prefixes.add(subset.idPrefix);
    }
    assert.ok(prefixes.size >= Math.min(2 ** idBits, 50));
  }
});

test("the filter of an offer holds what is held of the subset, and nothing else", () => {
  const random = seeded(9);
  const index = indexOf(upTo(3_000));
  for (const subset of [
    { ...everything(13_000), modulo: 3, offset: 1 },
    { ...everything(13_000), low: 100, high: 1_000 },
    { ...everything(13_000), idBits: 2, idPrefix: 3 },
  ]) {
    const { offer, filter } = bloomOffer(index, subset, FILTER_BYTES, 0.01, random);
    assert.deepEqual(offer.subset, subset);
    assert.equal(offer.filter.length, FILTER_BYTES);
    assert.equal(offer.functions, 7);
    assert.equal(offer.salt.length, 8);
    assert.equal(offer.filter, filter.bytes);
    const expected = new BloomFilter(new Uint8Array(FILTER_BYTES), 7, offer.salt);
    for (const { globalTime, w0, w1, w2, w3 } of entriesOf(index)) {
      if (inSubset(subset, globalTime, w0)) expected.add(w0, w1, w2, w3);
    }
    assert.deepEqual(offer.filter, expected.bytes);
  }
});

test("every offer has a fresh salt", () => {
  const random = seeded(10);
  const index = indexOf(upTo(10));
  const salts = Array.from({ length: 50 }, () => {
    const { offer } = bloomOffer(index, everything(100), FILTER_BYTES, 0.01, random);
    return offer.salt.join();
  });
  assert.equal(new Set(salts).size, 50);
});

test("nothing held is offered as one empty byte", () => {
  const empty = bloomOffer(new ChunkedIndex(), everything(100), FILTER_BYTES, 0.01, seeded(11));
  assert.deepEqual(empty.offer.filter, new Uint8Array(1));
  assert.ok(!empty.filter.has(1, 2, 3, 4));
  const elsewhere = { ...everything(100), low: 50 };
  const outside = bloomOffer(indexOf(upTo(10)), elsewhere, FILTER_BYTES, 0.01, seeded(12));
  assert.deepEqual(outside.offer.filter, new Uint8Array(1));
});
