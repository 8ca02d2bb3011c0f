import assert from "node:assert/strict";
import { test } from "node:test";
import { coverOfNewest, epidemicRounds } from "../../../bench/analysis/epidemic.ts";
import { ascending, mean, quantile, round, wilson } from "../../../bench/analysis/statistics.ts";

const TRIALS = 40;

function near(actual: number, expected: number, share: number): void {
  assert.ok(Math.abs(actual / expected - 1) < share, `${actual} instead of ${expected}`);
}

test("pulling, and exchanging, among 1,000 nodes takes as many rounds as an independent simulation found", () => {
  // [success, pushed to, both ways] -> rounds until 50 %, 99 %, all.
  const known: [number, number, boolean, number, number, number][] = [
    [1, 0, false, 7.5, 9.7, 10.4],
    [0.64, 0, false, 11.7, 16.7, 19.9],
    [0.36, 0, false, 20, 31, 38],
    [1, 10, false, 4.8, 7, 7.7],
    [1, 0, true, 4.5, 6.1, 6.6],
    [1, 10, true, 3, 4.7, 5.1],
  ];
  for (const [success, pushTo, bothWays, half, p99, all] of known) {
    const run = epidemicRounds({ nodes: 1_000, success, pushTo, bothWays }, TRIALS, 1);
    near(run.half, half, 0.17);
    near(run.p99, p99, 0.1);
    near(run.all, all, 0.1);
    assert.ok(run.allP95 >= Math.floor(run.all));
    assert.equal(run.curve.at(-1), 1);
  }
});

test("one seed gives one epidemic", () => {
  const [first, second, other] = [1, 1, 2].map((seed) =>
    epidemicRounds({ nodes: 50, success: 0.7, pushTo: 0, bothWays: false }, 5, seed),
  );
  assert.deepEqual(first, second);
  assert.notDeepEqual(first, other);
});

test("a filter that holds everything speaks of the newest bundle; a small one seldom", () => {
  assert.equal(coverOfNewest(1_000, 1_059), 1);
  near(coverOfNewest(10_000, 1_059), 0.19, 0.02);
  near(coverOfNewest(100_000, 1_059), 0.021, 0.02);
});

test("statistics", () => {
  assert.deepEqual(ascending(new Set([10, 9, 100])), [9, 10, 100]);
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(mean([]), null);
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2);
  assert.equal(quantile([1, 2, 3, 4], 1), 4);
  assert.equal(quantile([], 0.5), null);
  assert.equal(round(1.2345, 2), 1.23);
  assert.equal(round(null, 2), null);
  const [low, high] = wilson(8, 10);
  assert.ok(Math.abs(low - 0.4902) < 1e-3 && Math.abs(high - 0.9433) < 1e-3, `${low} ${high}`);
  assert.deepEqual(wilson(0, 0), [0, 1]);
});
