import assert from "node:assert/strict";
import { test } from "node:test";
import { classOf, mayBePlain, strategyFor } from "../../nat/strategy.ts";
import { type NatSummary, UNKNOWN_NAT } from "../../wire/message.ts";

const EASY: NatSummary = { ...UNKNOWN_NAT, mapping: "endpoint-independent" };
const HARD: NatSummary = { ...UNKNOWN_NAT, mapping: "address-and-port-dependent" };
const SEQUENTIAL: NatSummary = { ...HARD, allocation: "sequential", portDelta: 1 };
const BLOCK: NatSummary = { ...HARD, allocation: "block", portLow: 20_480, portHigh: 20_991 };
const RANDOM: NatSummary = { ...HARD, allocation: "random" };
const ALL = [EASY, SEQUENTIAL, BLOCK, RANDOM];

test("the class of a NAT is easy unless its ports depend on the destination", () => {
  for (const mapping of ["unknown", "none", "endpoint-independent"] as const) {
    assert.equal(classOf({ ...SEQUENTIAL, mapping }), "easy");
  }
  assert.deepEqual(ALL.map(classOf), ["easy", "sequential", "block", "random"]);
  assert.equal(classOf({ ...SEQUENTIAL, mapping: "address-dependent" }), "sequential");
});

test("a sequential NAT without a delta, and a block too large to search, are random", () => {
  assert.equal(classOf({ ...SEQUENTIAL, portDelta: 0 }), "random");
  assert.equal(classOf({ ...BLOCK, portHigh: BLOCK.portLow + 4_095 }), "random");
  assert.equal(classOf({ ...BLOCK, portLow: 0, portHigh: 0 }), "random");
});

test("both sides choose the same strategy", () => {
  for (const a of ALL) for (const b of ALL) assert.equal(strategyFor(a, b), strategyFor(b, a));
});

test("every pair with a path has its strategy, and no other has one", () => {
  const chosen = ALL.map((a) => ALL.map((b) => strategyFor(a, b)));
  assert.deepEqual(chosen, [
    ["puncture", "prediction", "block-search", "birthday"],
    ["prediction", "unequal-steps", "block-pairs", undefined],
    ["block-search", "block-pairs", "block-pairs", undefined],
    ["birthday", undefined, undefined, undefined],
  ]);
});

test("a side that lets in any port of an address it sent to needs no search", () => {
  for (const filtering of ["none", "endpoint-independent", "address-dependent"] as const) {
    for (const hard of [SEQUENTIAL, BLOCK, RANDOM]) {
      assert.equal(strategyFor({ ...EASY, filtering }, hard), "puncture");
      assert.equal(strategyFor(hard, { ...RANDOM, mappedPort: 6_421 }), "puncture");
    }
  }
});

test("an easy side whose filter nobody has tested may need no search", () => {
  assert.equal(mayBePlain(EASY, RANDOM), true);
  assert.equal(mayBePlain(RANDOM, EASY), true);
  assert.equal(mayBePlain({ ...EASY, filtering: "address-and-port-dependent" }, RANDOM), false);
  assert.equal(mayBePlain(RANDOM, RANDOM), false);
});

test("two large blocks cannot be paired within the flows that a NAT grants", () => {
  const large = { ...BLOCK, portHigh: BLOCK.portLow + 2_047 };
  assert.equal(strategyFor(large, EASY), "block-search");
  assert.equal(strategyFor(large, BLOCK), undefined);
});
