import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkedIndex } from "../../../node/store/held-index.ts";
import type { Held } from "../../../node/sets/held.ts";
import type { Random } from "../../../wire/crypto.ts";
import { each, entriesOf, randomHeld, seeded } from "../sync/fixtures.ts";

const SCALE = Number(process.env.SCALE ?? 1);

function compare(a: Held, b: Held): number {
  return a.globalTime - b.globalTime || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}

/** Few times and few words, so that entries agree in every prefix of the order. */
function collidingHeld(random: Random, times: number): Held {
  const word = (): number => (random.below(4) === 0 ? random.below(2 ** 32) : random.below(3));
  const globalTime = 1 + random.below(times);
  return { globalTime, w0: word(), w1: word(), w2: word(), w3: word() };
}

/** The same, kept as plainly as can be. */
class Model {
  readonly entries = new Map<string, Held>();
  sorted(): Held[] {
    return [...this.entries.values()].sort(compare);
  }
}

const keyOf = (held: Held): string => Object.values(held).join();

function descending(index: ChunkedIndex, from: number): Held[] {
  const entries: Held[] = [];
  index.descend(from, (globalTime, w0, w1, w2, w3) => {
    entries.push({ globalTime, w0, w1, w2, w3 });
    return true;
  });
  return entries;
}

function inStretches(index: ChunkedIndex, from: number): Held[] {
  const entries: Held[] = [];
  const visit = each((globalTime, w0, w1, w2, w3) => {
    return entries.push({ globalTime, w0, w1, w2, w3 }) > 0;
  });
  index.stretches(from, (times, words, start, end) => {
    assert.ok(start < end);
    return visit(times, words, start, end);
  });
  return entries;
}

function ascending(index: ChunkedIndex, from: number, limit: number): Held[] {
  const entries: Held[] = [];
  index.ascend(from, (globalTime, w0, w1, w2, w3) => {
    entries.push({ globalTime, w0, w1, w2, w3 });
    return entries.length < limit;
  });
  return entries;
}

function assertSame(index: ChunkedIndex, model: Model, times: number, random: Random): void {
  const sorted = model.sorted();
  assert.equal(index.size, sorted.length);
  assert.deepEqual(entriesOf(index), sorted);
  for (const from of [0, 1, 1 + random.below(times), times, times + 1, Infinity]) {
    const above = sorted.filter(({ globalTime }) => globalTime >= from);
    const below = sorted.filter(({ globalTime }) => globalTime <= from);
    assert.deepEqual(ascending(index, from, Infinity), above, `up from ${from}`);
    assert.deepEqual(ascending(index, from, 3), above.slice(0, 3), `three up from ${from}`);
    assert.deepEqual(descending(index, from), below.reverse(), `down from ${from}`);
    assert.equal(index.rank(from), sorted.length - above.length);
    assert.deepEqual(inStretches(index, from), above, `in stretches from ${from}`);
  }
  const places = sorted.length === 0 ? [] : [0, random.below(sorted.length), sorted.length - 1];
  for (const place of places) assert.equal(index.timeAt(place), sorted[place]!.globalTime);
}

for (const [seed, times, grow] of [
  [1, 3, 0.7],
  [2, 50, 0.7],
  [3, 1_000_000, 0.8],
  [4, 5_000, 0.6],
] as const) {
  test(`agrees with a sorted array under random changes (seed ${seed}, ${times} times)`, () => {
    const random = seeded(seed);
    const index = new ChunkedIndex();
    const model = new Model();
    const steps = 6_000 * SCALE;
    // Grows, then shrinks to nothing: splits, balances and merges all happen.
    for (let step = 0; step < steps || model.entries.size > 0; step += 1) {
      const growing = random.float() < (step < steps ? grow : 0.1);
      if (growing) {
        const held = collidingHeld(random, times);
        assert.equal(index.add(held), !model.entries.has(keyOf(held)));
        model.entries.set(keyOf(held), held);
      } else {
        const known = model.entries.size > 0 && random.below(8) > 0;
        const held = known ? anyOf(model, random) : collidingHeld(random, times);
        assert.equal(index.has(held), model.entries.has(keyOf(held)));
        assert.equal(index.remove(held), model.entries.delete(keyOf(held)));
        assert.equal(index.has(held), false);
      }
      if (step % 1_500 === 0) assertSame(index, model, times, random);
    }
    assertSame(index, model, times, random);
  });
}

/** One of the first hundred entries, which are the oldest: the walk of a map is in order of insertion. */
function anyOf(model: Model, random: Random): Held {
  let skip = random.below(Math.min(100, model.entries.size));
  for (const held of model.entries.values()) {
    if (skip === 0) return held;
    skip -= 1;
  }
  throw new Error("empty");
}

test("built from sorted entries, it is as if they had been added", () => {
  const random = seeded(7);
  for (const count of [0, 1, 511, 512, 513, 3_000]) {
    const entries = Array.from({ length: count }, () => randomHeld(random.below(900), random)).sort(
      compare,
    );
    const index = ChunkedIndex.fromSorted(entries);
    assert.equal(index.size, count);
    assert.deepEqual(entriesOf(index), entries);
    const another = randomHeld(450, random);
    assert.equal(index.add(another), true);
    assert.deepEqual(entriesOf(index), [...entries, another].sort(compare));
  }
});

test("keeps global times up to 2^53 - 1 exactly", () => {
  const random = seeded(8);
  const index = new ChunkedIndex();
  const top = Number.MAX_SAFE_INTEGER;
  for (const time of [top, top - 1, 1]) assert.ok(index.add(randomHeld(time, random)));
  assert.deepEqual(
    descending(index, top - 1).map(({ globalTime }) => globalTime),
    [top - 1, 1],
  );
  assert.deepEqual(
    ascending(index, top, 9).map(({ globalTime }) => globalTime),
    [top],
  );
});

for (const [order, limitBytes] of [
  ["ascending", 25],
  ["random", 31],
] as const) {
  test(`an entry takes at most ${limitBytes} bytes when added in ${order} order`, () => {
    const random = seeded(9);
    const count = SCALE > 1 ? 1_000_000 : 100_000;
    const before = process.memoryUsage().arrayBuffers;
    const index = new ChunkedIndex();
    for (let i = 1; i <= count; i += 1) {
      index.add(randomHeld(order === "random" ? 1 + random.below(count) : i, random));
    }
    const bytes = (process.memoryUsage().arrayBuffers - before) / count;
    assert.equal(index.size, count);
    assert.ok(bytes > 0 && bytes <= limitBytes, `${bytes} bytes per entry`);
  });
}
