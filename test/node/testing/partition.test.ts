import assert from "node:assert/strict";
import { test } from "node:test";
import { exponential } from "../../../bench/sim/churn.ts";
import { drawCut, type PartitionMode } from "../../../node/testing/partition.ts";
import { SeededRandom } from "../../../node/testing/random.ts";

const IPS = Array.from({ length: 20 }, (_, i) => i);
const random = new SeededRandom(1, "partitions");

/** Ordered pairs cut off. */
function cutPairs(mode: PartitionMode, symmetric: boolean): [number, number][] {
  const cut = drawCut({ mode, symmetric }, IPS, random);
  const pairs = IPS.flatMap((a) => IPS.map((b): [number, number] => [a, b]));
  return pairs.filter(([a, b]) => cut(a, b));
}

test("symmetric partitions cut both ways, asymmetric ones one way", () => {
  for (const mode of ["halves", "sizes", "isolate-one", "random-links"] as const) {
    for (let round = 0; round < 50; round++) {
      const both = new Set(cutPairs(mode, true).map(String));
      for (const pair of both) assert.ok(both.has(pair.split(",").reverse().join(",")));
      const oneWay = new Set(cutPairs(mode, false).map(String));
      for (const pair of oneWay) assert.ok(!oneWay.has(pair.split(",").reverse().join(",")));
    }
  }
});

test("the modes cut what they are called after", () => {
  for (let round = 0; round < 50; round++) {
    assert.equal(cutPairs("isolate-one", true).length, 2 * 19);
    const halves = cutPairs("halves", true).length;
    assert.ok(halves > 80 && halves <= 200, `${halves}`);
    const links = cutPairs("random-links", true).length;
    assert.ok(links > 40 && links < 200, `${links}`);
  }
  const sizes = new Set(Array.from({ length: 50 }, () => cutPairs("sizes", true).length));
  assert.ok(sizes.size > 8);
});

test("nobody is cut off from himself", () => {
  for (const mode of ["halves", "sizes", "isolate-one", "random-links"] as const) {
    assert.ok(cutPairs(mode, true).every(([a, b]) => a !== b));
  }
});

test("exponential draws have their mean, and e^-1 of them are above it", () => {
  const draws = Array.from({ length: 20_000 }, () => exponential(1_000, random));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  assert.ok(Math.abs(mean - 1_000) < 30, `${mean}`);
  const above = draws.filter((draw) => draw > 1_000).length / draws.length;
  assert.ok(Math.abs(above - Math.exp(-1)) < 0.02, `${above}`);
});
