import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOf, type Element } from "../../../node/sets/element.ts";
import {
  elementsWithin,
  estimateElements,
  expectedOccupied,
  symbolsFor,
} from "../../../node/sync/sketch/estimate.ts";
import { peel, Symbols } from "../../../node/sets/symbols.ts";
import type { Random } from "../../../wire/crypto.ts";
import { MAX_SYMBOLS, SYMBOL_BYTES } from "../../../wire/limits.ts";
import { seeded } from "../sync/fixtures.ts";

const draw = (random: Random): Element => ({ x: random.below(2 ** 32), y: random.below(2 ** 24) });
const drawn = (count: number, random: Random): Element[] =>
  Array.from({ length: count }, () => draw(random));

function symbolsOf(elements: readonly Element[], length: number): Symbols {
  const symbols = new Symbols(length);
  for (const { x, y } of elements) symbols.toggle(x, y);
  return symbols;
}

const sorted = (elements: readonly Element[]): Element[] =>
  [...elements].sort((a, b) => a.x - b.x || a.y - b.y);

test("the difference of two large sets comes out of their symbols, whichever side has what", () => {
  const random = seeded(1);
  const common = drawn(3_000, random);
  const [ours, theirs] = [drawn(9, random), drawn(6, random)];
  const symbols = symbolsOf([...common, ...ours], 60);
  symbols.subtract(symbolsOf([...theirs, ...common], 60));
  assert.deepEqual(sorted(peel(symbols)), sorted([...ours, ...theirs]));
  assert.equal(symbols.occupied, 0);
});

test("equal sets leave nothing, in whatever order they were filled", () => {
  const elements = drawn(500, seeded(2));
  const symbols = symbolsOf(elements, 40);
  symbols.subtract(symbolsOf(elements.toReversed(), 40));
  assert.equal(symbols.occupied, 0);
  assert.deepEqual(peel(symbols), []);
});

test("as many symbols as are sent find 98 of 100 differences of the size they are meant for", () => {
  const random = seeded(3);
  const trials = 400;
  for (const elements of [1, 3, 5, 10, 20, 30, 50]) {
    const length = symbolsFor(elements);
    let decoded = 0;
    for (let i = 0; i < trials; i += 1) {
      const symbols = symbolsOf(drawn(elements, random), length);
      if (peel(symbols).length === elements && symbols.occupied === 0) decoded += 1;
    }
    assert.ok(decoded >= 0.97 * trials, `${elements} in ${length}: ${decoded} of ${trials}`);
  }
});

test("a longer sketch begins with a shorter one", () => {
  const elements = drawn(100, seeded(4));
  assert.deepEqual(symbolsOf(elements, 90).first(33), symbolsOf(elements, 33));
});

test("travels in ten bytes a symbol", () => {
  const symbols = symbolsOf(drawn(100, seeded(5)), 37);
  assert.equal(symbols.bytes.length, 37 * SYMBOL_BYTES);
  assert.deepEqual(Symbols.ofBytes(symbols.bytes), symbols);
});

test("symbol i has an element with probability 1 / (1 + i / 2)", () => {
  const random = seeded(6);
  const trials = 4_000;
  const counts = new Float64Array(MAX_SYMBOLS);
  for (let i = 0; i < trials; i += 1) {
    const symbols = symbolsOf([draw(random)], MAX_SYMBOLS);
    for (let s = 0; s < MAX_SYMBOLS; s += 1) if (!symbols.isZero(s)) counts[s]! += 1;
  }
  for (const [first, end] of [
    [0, 1],
    [1, 2],
    [2, 6],
    [6, 20],
    [20, 60],
    [60, 128],
  ] as const) {
    const indices = Array.from({ length: end - first }, (_, i) => first + i);
    const expected = indices.reduce((sum, i) => sum + trials / (1 + i / 2), 0);
    const found = indices.reduce((sum, i) => sum + counts[i]!, 0);
    assert.ok(Math.abs(found / expected - 1) < 0.1, `${first} to ${end}: ${found}, ${expected}`);
  }
});

test("too large a difference is seen to be one, and its size is told about right", () => {
  const random = seeded(7);
  for (const elements of [70, 100, 150]) {
    let sum = 0;
    for (let i = 0; i < 50; i += 1) {
      const symbols = symbolsOf(drawn(elements, random), 104);
      sum += estimateElements(symbols.occupied, 104) / 50;
    }
    assert.ok(sum > elements * 0.7 && sum < elements * 1.5, `${elements}: ${sum}`);
  }
  const huge = symbolsOf(drawn(2_000, random), 104);
  assert.ok(estimateElements(huge.occupied, 104) >= 150);
  assert.equal(peel(huge).length, 0);
  assert.notEqual(huge.occupied, 0);
});

test("estimates are inverse to what is expected", () => {
  assert.equal(estimateElements(0, 50), 0);
  for (const elements of [1, 5, 20, 60]) {
    const occupied = expectedOccupied(elements, 104);
    assert.ok(Math.abs(estimateElements(occupied, 104) - elements) <= 1, `${elements}`);
  }
  for (const symbols of [40, 80, 104, 128]) {
    assert.ok(symbolsFor(elementsWithin(symbols)) <= symbols);
    assert.ok(symbolsFor(elementsWithin(symbols) + 1) >= symbols);
  }
});

test("whatever the symbols say, it ends, and finds no more than there are symbols", () => {
  const random = seeded(8);
  for (let i = 0; i < 300; i += 1) {
    const symbols = Symbols.ofBytes(random.bytes(MAX_SYMBOLS * SYMBOL_BYTES));
    assert.ok(peel(symbols).length <= MAX_SYMBOLS);
  }
  // Every symbol claims to be one and the same element, which would be taken out and put in for ever.
  const { x, y } = draw(random);
  const looping = new Symbols(MAX_SYMBOLS);
  for (let i = 0; i < MAX_SYMBOLS; i += 1) {
    looping.x[i] = x;
    looping.y[i] = y;
    looping.check[i] = checkOf(x, y);
  }
  assert.ok(peel(looping).length <= MAX_SYMBOLS);
});

test("the check of a sum is not the sum of checks", () => {
  const random = seeded(9);
  for (let i = 0; i < 10_000; i += 1) {
    const [a, b] = [draw(random), draw(random)];
    const ofSum = checkOf((a.x ^ b.x) >>> 0, a.y ^ b.y);
    assert.notEqual(ofSum, checkOf(a.x, a.y) ^ checkOf(b.x, b.y));
  }
});
