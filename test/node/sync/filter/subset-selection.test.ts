import assert from "node:assert/strict";
import { test } from "node:test";
import { SUBSET_SELECTORS, type Situation } from "../../../../node/sync/filter/subset-selection.ts";
import { meansOf } from "../../../../node/sync/means.ts";
import { countIn, everything, inSubset } from "../../../../node/sync/subset.ts";
import { ChunkedIndex } from "../../../../node/store/held-index.ts";
import type { BloomOffer, Subset } from "../../../../wire/message.ts";
import { randomHeld, seeded, upTo } from "../fixtures.ts";

const HELD = 1_000;
const CAPACITY = 50;
const ACCEPTABLE = 2_000;

function situation(isLagging: boolean, held = HELD): Situation {
  const random = seeded(1);
  const index = new ChunkedIndex();
  for (const time of upTo(held)) index.add(randomHeld(time, random));
  const nextTurn = (): undefined => undefined;
  const where = { index, clock: held, acceptable: ACCEPTABLE, capacity: CAPACITY, isLagging };
  return { ...where, nextTurn, random };
}

const means = (subset: Subset): string => {
  const salt = new Uint8Array(8);
  const offer: BloomOffer = { kind: "bloom", subset, functions: 1, salt, filter: salt };
  return meansOf(offer, ACCEPTABLE);
};

test("the choice is a class while much is missing, else a window; its sides and the random rule are one each", () => {
  const kinds = (rule: keyof typeof SUBSET_SELECTORS) =>
    [true, false].map((lagging) => means(SUBSET_SELECTORS[rule](situation(lagging))));
  assert.deepEqual(kinds("dispersy"), ["filter of a class", "filter of a window"], "by the count");
  assert.deepEqual(kinds("modulo"), ["filter of a class", "filter of a class"], "always");
  assert.deepEqual(kinds("pivot"), ["filter of a window", "filter of a window"], "always");
  assert.deepEqual(kinds("random"), ["filter of a window", "filter of a window"], "always");
});

test("each rule offers everything where it fits", () => {
  for (const [rule, select] of Object.entries(SUBSET_SELECTORS)) {
    const chosen = select(situation(false, CAPACITY / 2));
    assert.deepEqual(chosen, everything(ACCEPTABLE), rule);
    assert.equal(means(chosen), "filter of everything", rule);
  }
});

test("the random rule offers no more than fits, and every time is of some offer, those not held yet too", () => {
  const where = situation(false);
  const left = new Set([...upTo(HELD), HELD + 1, ACCEPTABLE]);
  for (let i = 0; i < 1_000 && left.size > 0; i++) {
    const subset = SUBSET_SELECTORS.random(where);
    assert.ok(countIn(where.index, subset) <= CAPACITY, `${countIn(where.index, subset)} in it`);
    for (const time of left) if (inSubset(subset, time, 0)) left.delete(time);
  }
  assert.deepEqual([...left], [], "never offered");
});
