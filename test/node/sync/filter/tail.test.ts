import assert from "node:assert/strict";
import { test } from "node:test";
import { Tail } from "../../../../node/sync/filter/newest-part.ts";
import { everything } from "../../../../node/sync/subset.ts";
import { seeded } from "../fixtures.ts";

const ACCEPTABLE = 120_000;
const TOLD = { newest: 100_000, count: 100_000 };

/** Of 6,000 bundles a share comes from anywhere, the rest from among the newest 500. */
function after(share: number): Tail {
  const tail = new Tail();
  const random = seeded(1);
  for (let i = 0; i < 6_000; i += 1) {
    const back = random.below(random.float() < share ? 100_000 : 500);
    tail.stored(100_000 - back, 100_000);
  }
  return tail;
}

const lowOf = (tail: Tail, told = TOLD, breadth = 1): number =>
  tail.subset({ ...told, acceptable: ACCEPTABLE, breadth }).low;

test("it is small as long as nothing is known", () => {
  const tail = new Tail();
  assert.equal(lowOf(tail), 99_936);
  for (let i = 0; i < 199; i += 1) tail.stored(100_000, 100_000);
  assert.ok(!tail.isLearnt);
  tail.stored(100_000, 100_000);
  assert.ok(tail.isLearnt);
});

test("a few bundles from far back are enough to make it large", () => {
  const tail = new Tail();
  for (let i = 0; i < 45; i += 1) tail.stored(1, 100_000);
  assert.ok(lowOf(tail) < 1_000);
});

test("it reaches back as far as nearly all of what comes", () => {
  const reach = 100_000 - lowOf(after(0.002));
  assert.ok(reach > 350 && reach < 900, `${reach}`);
  assert.ok(lowOf(after(1)) < 15_000);
  assert.ok(lowOf(after(0.1)) < 50_000);
});

test("it spans the times of 64 bundles at least, up to everything newer", () => {
  const tail = new Tail();
  for (let i = 0; i < 6_000; i += 1) tail.stored(100_000, 100_000);
  const newest = tail.subset({ ...TOLD, acceptable: ACCEPTABLE, breadth: 1 });
  assert.deepEqual(newest, { ...everything(ACCEPTABLE), low: 99_936 });
  assert.equal(lowOf(tail, { newest: 100_000, count: 1_000 }), 93_600);
  assert.equal(lowOf(tail, { newest: 10, count: 1_000 }), 9);
});

test("it can be taken several times as far back, up to everything", () => {
  const tail = after(0);
  const reach = 100_000 - lowOf(tail);
  const broad = 100_000 - lowOf(tail, TOLD, 16);
  assert.ok(Math.abs(broad - 16 * reach) <= 16, `${reach}, ${broad}`);
  assert.equal(lowOf(tail, TOLD, Infinity), 1);
});

test("whatever a peer tells, the range is one", () => {
  const extremes = [0, 1, Number.MAX_SAFE_INTEGER];
  for (const newest of extremes)
    for (const count of extremes)
      for (const breadth of [1, 2 ** 128, Infinity]) {
        const told = { newest, count, acceptable: ACCEPTABLE, breadth };
        const { low, high } = after(0).subset(told);
        assert.ok(Number.isSafeInteger(low) && low >= 1 && low <= high, JSON.stringify(told));
      }
});
