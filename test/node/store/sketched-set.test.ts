import assert from "node:assert/strict";
import { test } from "node:test";
import { ElementTable } from "../../../node/store/element-table.ts";
import { ChunkedIndex } from "../../../node/store/held-index.ts";
import type { Held } from "../../../node/sets/held.ts";
import { elementOf, type Element } from "../../../node/sets/element.ts";
import { randomHeld, seeded } from "../sync/fixtures.ts";

const [KEY, OTHER, THIRD] = [1, 2, 3].map((k0) => ({ k0, k1: 7 }));

function elementUnder(key: typeof KEY, { w0, w1, w2, w3 }: Held): Element {
  const element = { x: 0, y: 0 };
  elementOf(key!, w0, w1, w2, w3, element);
  return element;
}

test("the sketch of an index follows it, and finds everything in it", () => {
  const random = seeded(1);
  const index = new ChunkedIndex();
  const sketch = index.sketch(KEY!)!;
  const held = new Set<Held>();
  for (let i = 0; i < 3_000; i += 1) {
    const some = randomHeld(1 + random.below(300), random);
    index.add(some);
    held.add(some);
    const victim = [...held][random.below(held.size)]!;
    if (i % 3 === 2 && index.remove(victim)) held.delete(victim);
    if (i === 1_000) assert.ok(sketch.find(elementUnder(KEY, some)));
  }
  assert.deepEqual(sketch.symbols, ChunkedIndex.fromSorted(sortedOf(index)).sketch(KEY!)!.symbols);
  for (const some of held) assert.deepEqual(sketch.find(elementUnder(KEY, some)), some);
  for (let i = 0; i < 500; i += 1) {
    assert.equal(sketch.find(elementUnder(KEY, randomHeld(5, random))), undefined);
  }
});

function sortedOf(index: ChunkedIndex): Held[] {
  const all: Held[] = [];
  index.ascend(0, (globalTime, w0, w1, w2, w3) => all.push({ globalTime, w0, w1, w2, w3 }) > 0);
  return all;
}

test("sketches of two epochs are kept, a third replaces the one used longest ago", () => {
  const index = new ChunkedIndex();
  index.add(randomHeld(1, seeded(2)));
  const [first, second] = [index.sketch(KEY!), index.sketch(OTHER!)];
  assert.equal(index.sketch(KEY!), first);
  index.sketch(THIRD!);
  assert.equal(index.sketch(KEY!), first);
  assert.notEqual(index.sketch(OTHER!), second);
});

test("bundles at one time are told apart", () => {
  const random = seeded(3);
  const index = new ChunkedIndex();
  const held = Array.from({ length: 2_000 }, () => ({ ...randomHeld(9, random), w0: 5 }));
  for (const some of held) index.add(some);
  const sketch = index.sketch(KEY!)!;
  for (const some of held.slice(0, 50)) {
    assert.deepEqual(sketch.find(elementUnder(KEY, some)), some);
  }
});

test("a table finds what was put in and not taken out, also where hashes meet", () => {
  const random = seeded(4);
  const table = new ElementTable();
  // Few different hashes, at the end of the range too, so that runs are long and wrap around.
  const hashes = [0, 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];
  const inside = new Map<number, number>();
  const found = (x: number, time: number): boolean => {
    let is = false;
    table.search(x, (globalTime) => (is = globalTime === time));
    return is;
  };
  for (let time = 1; time <= 400; time += 1) {
    const x = random.below(4) === 0 ? random.below(2 ** 32) : hashes[random.below(5)]!;
    table.add(x, time, 3);
    inside.set(time, x);
    const other = 1 + random.below(time);
    if (random.below(2) === 0 || !inside.has(other)) continue;
    table.remove(inside.get(other)!, other, 3);
    assert.ok(!found(inside.get(other)!, other));
    inside.delete(other);
  }
  for (const [time, x] of inside) assert.ok(found(x, time), `${time}`);
});

test("a sketch that is made in portions is the same, whatever comes and goes meanwhile", () => {
  const random = seeded(5);
  const index = new ChunkedIndex();
  const all = Array.from({ length: 30_000 }, () => randomHeld(1 + random.below(2_000), random));
  for (const held of all.slice(0, 20_000)) index.add(held);
  assert.equal(index.sketch(KEY!), undefined);
  assert.equal(index.fingerprint(KEY!), undefined);
  for (let i = 0; index.isBehind; i += 1) {
    for (const held of all.slice(20_000 + i * 500, 20_500 + i * 500)) index.add(held);
    for (const held of all.slice(i * 500, i * 500 + 500)) index.remove(held);
    index.keepUp();
  }
  const plain = ChunkedIndex.fromSorted(sortedOf(index));
  assert.equal(plain.sketch(KEY!), undefined);
  assert.equal(plain.fingerprint(KEY!), undefined);
  plain.keepUp(Infinity);
  plain.keepUp(Infinity);
  assert.deepEqual(index.sketch(KEY!)!.symbols, plain.sketch(KEY!)!.symbols);
  assert.deepEqual(index.fingerprint(KEY!)!.bytes, plain.fingerprint(KEY!)!.bytes);
  for (const held of sortedOf(index).slice(0, 200)) {
    assert.deepEqual(index.sketch(KEY!)!.find(elementUnder(KEY, held)), held);
  }
});
