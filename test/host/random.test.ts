import assert from "node:assert/strict";
import { test } from "node:test";
import { hostRandom } from "../../node/host/random.ts";
import { toHex } from "../../wire/bytes.ts";

// The source is not seeded: every bound here is missed by chance less than once in 10^12 runs.

test("bytes have the length asked for and do not repeat, also across refills of the pool", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 5_000; i++) seen.add(toHex(hostRandom.bytes(16)));
  assert.equal(seen.size, 5_000);
  for (const length of [0, 1, 32, 8_191, 8_192, 8_193, 100_000]) {
    assert.equal(hostRandom.bytes(length).length, length);
  }
});

test("what was handed out is the caller's own", () => {
  const bytes = hostRandom.bytes(32);
  const before = toHex(bytes);
  for (let i = 0; i < 1_000; i++) hostRandom.bytes(32).fill(0);
  assert.equal(toHex(bytes), before);
  assert.equal(bytes.buffer.byteLength, 32);
});

test("every byte value occurs", () => {
  const counts = Array.from({ length: 256 }, () => 0);
  for (const byte of hostRandom.bytes(256_000)) counts[byte]!++;
  for (const count of counts) assert.ok(count > 700 && count < 1_300, String(count));
});

test("float covers [0, 1) evenly", () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const value = hostRandom.float();
    assert.ok(value >= 0 && value < 1);
    counts[Math.floor(value * 10)]!++;
  }
  for (const count of counts) assert.ok(count > 750 && count < 1_250, String(count));
});

test("below is whole, in range and unbiased where a plain remainder would not be", () => {
  const counts = [0, 0, 0];
  for (let i = 0; i < 3_000; i++) counts[hostRandom.below(3)]!++;
  for (const count of counts) assert.ok(count > 750 && count < 1_250, String(count));
  assert.equal(hostRandom.below(1), 0);

  // 2^53 draws over 3 * 2^51 results: the remainder alone would fall into the lower third half of the time.
  const low = Array.from({ length: 3_000 }, () => hostRandom.below(3 * 2 ** 51));
  assert.ok(low.every((value) => Number.isInteger(value) && value < 3 * 2 ** 51));
  assert.ok(low.filter((value) => value < 2 ** 51).length < 1_250);
});

test("a bound without integers below it is a programmer's mistake", () => {
  for (const bound of [0, -1, 1.5, NaN, 2 ** 54]) {
    assert.throws(() => hostRandom.below(bound), RangeError);
  }
});
