import assert from "node:assert/strict";
import { test } from "node:test";
import { besideRows } from "../../../bench/experiments/nat-beside.ts";
import { comparedPairs, laterPairs, peerRows } from "../../../bench/experiments/nat-peer.ts";
import { rowOf } from "../../../bench/experiments/nat-row.ts";
import type { Pair } from "../../../bench/experiments/nat-sides.ts";
import { BAD, GOOD } from "./trials.ts";

const TIMEOUT_MS = 20_000;

/** Trials with these times; null: nothing opened. */
function measured(pair: Pair, times: readonly (number | null)[]) {
  const trials = times.map((bundleMs) => (bundleMs === null ? BAD : { ...GOOD, bundleMs }));
  return { row: rowOf(pair, trials), trials };
}

const around = (ms: number): number[] => [-4, -2, -1, 0, 1, 2, 3].map((by) => ms + by);

test("a pair is later only by its whole interval", () => {
  const pair: Pair = ["apdf", "open"];
  const later = (ours: readonly (number | null)[], theirs: readonly (number | null)[]) =>
    laterPairs(peerRows([measured(pair, ours)], [measured(pair, theirs)], TIMEOUT_MS)).length;
  assert.equal(later(around(220), around(200)), 1, "20 ms later, without overlap");
  assert.equal(later(around(200), around(220)), 0, "sooner");
  assert.equal(later(around(201), around(200)), 0, "by chance");
  const failing = [...around(180).slice(0, 4), null, null, null];
  assert.equal(later(failing, around(200)), 0, "failures widen the interval");
});

test("pairs that nothing opens are no agreement, and what mostly fails is not compared", () => {
  const closed = measured(["rnd", "rnd"], [null, null]);
  const easy = measured(["apdf", "apdf"], around(200));
  const weak = measured(["apdf", "apdf"], [200, null, null, null, null, null, null]);
  assert.equal(besideRows([closed.row, easy.row], [closed.row, easy.row]).length, 1);
  const rows = peerRows([closed, easy], [closed, weak], TIMEOUT_MS);
  assert.deepEqual(
    rows.map(({ a, b }) => [a, b]),
    [["apdf", "apdf"]],
  );
  assert.equal(comparedPairs(rows).length, 0, "one of seven is not half");
});
