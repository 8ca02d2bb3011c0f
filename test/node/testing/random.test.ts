import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../../node/testing/random.ts";

const DRAWS = 60_000;

function draws(random: SeededRandom, count = 8): number[] {
  return Array.from({ length: count }, () => random.uint32());
}

test("a seed and a stream name give one sequence", () => {
  assert.deepEqual(draws(new SeededRandom(7, "a")), draws(new SeededRandom(7, "a")));
  assert.deepEqual(draws(new SeededRandom("7", "a")), draws(new SeededRandom(7, "a")));
  assert.notDeepEqual(draws(new SeededRandom(7, "a")), draws(new SeededRandom(8, "a")));
  assert.notDeepEqual(draws(new SeededRandom(7, "a")), draws(new SeededRandom(7, "b")));
  assert.notDeepEqual(draws(new SeededRandom("1", "1a")), draws(new SeededRandom("11", "a")));
});

test("the sequence is the same on every machine and version", () => {
  const random = new SeededRandom("dispersy", "golden");
  assert.deepEqual(draws(random, 3), [54_491_587, 31_927_368, 420_897_553]);
});

test("floats are uniform in [0, 1)", () => {
  const random = new SeededRandom(1, "float");
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < DRAWS; i++) {
    const value = random.float();
    assert.ok(value >= 0 && value < 1);
    buckets[Math.floor(value * 10)]!++;
  }
  for (const count of buckets) assert.ok(Math.abs(count - DRAWS / 10) < DRAWS / 100, `${count}`);
});

test("below is uniform and never reaches its bound", () => {
  const random = new SeededRandom(1, "below");
  const buckets = Array.from({ length: 6 }, () => 0);
  for (let i = 0; i < DRAWS; i++) buckets[random.below(6)]!++;
  assert.equal(buckets.length, 6);
  for (const count of buckets) assert.ok(Math.abs(count - DRAWS / 6) < DRAWS / 60, `${count}`);
  assert.equal(random.below(1), 0);
  for (let i = 0; i < 100; i++) assert.ok(random.below(2 ** 53) < 2 ** 53);
  for (const bound of [0, -1, 1.5, NaN]) assert.throws(() => random.below(bound), RangeError);
});

test("bytes have the length asked and use all values", () => {
  const random = new SeededRandom(1, "bytes");
  for (const length of [0, 1, 3, 4, 5, 32]) assert.equal(random.bytes(length).length, length);
  assert.equal(new Set(random.bytes(10_000)).size, 256);
});
