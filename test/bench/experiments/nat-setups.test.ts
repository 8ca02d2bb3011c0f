import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Trial } from "../../../bench/experiments/nat-row.ts";
import {
  parseSetUps,
  type SetUp,
  SETUPS,
  trialsPerPair,
} from "../../../bench/experiments/nat-setups.ts";
import { isBlocked, isKinds, opens, PAIRS } from "../../../bench/experiments/nat-sides.ts";
import { targetRow } from "../../../bench/experiments/nat-targets.ts";
import { UserError } from "../../../node/host/errors.ts";
import { BAD, GOOD } from "./trials.ts";

const find = (name: string): SetUp => SETUPS.find((each) => each.name === name)!;
const none = (): Trial[] => [];

describe("the set-ups", () => {
  it("ask something of each of the 81 pairs, once, and of those alone a path that have one", () => {
    const names = ["easy", "lax", "ordered", "random", "blocks", "closed"];
    const asked = names.flatMap((name) => find(name).cells.map(({ pair }) => pair.join(":")));
    const unblocked = PAIRS.filter((pair) => isKinds(pair) && !pair.some(isBlocked));
    const all = unblocked.map((pair) => pair.join(":"));
    // Of seq with seq it is asked with foreign entries.
    assert.deepEqual([...asked, "seq:seq"].sort(), all.sort());
    for (const { cells, target, name } of SETUPS)
      for (const { pair } of cells) assert.equal(opens(pair), target.noPathMs === undefined, name);
  });

  it("are read by their names", () => {
    assert.deepEqual(parseSetUps(""), []);
    assert.equal(parseSetUps("all").length, SETUPS.length);
    assert.deepEqual(parseSetUps("closed, mapped"), [find("closed"), find("mapped")]);
    assert.throws(() => parseSetUps("easy,none"), UserError);
  });

  it("of many pairs share their trials", () => {
    assert.equal(trialsPerPair(find("plain-loss"), 30), 2);
    assert.equal(trialsPerPair(find("same-lan"), 30), 30);
  });
});

describe("a target", () => {
  it("is met by all trials together, and the weakest pair is named", () => {
    const setUp = find("ordered");
    const weak = setUp.cells[3]!;
    const row = targetRow(
      setUp,
      (cell) => Array(50).fill(cell === weak ? { ...GOOD, pathMs: 900 } : GOOD),
      none,
    );
    assert.deepEqual([row.trials, row.success, row.missed], [400, 1, []]);
    assert.deepEqual([row.worst.a, row.worst.b, row.worst.p50Ms], [...weak.pair, 900]);
  });

  it("is missed by success, by a time, by what is said late", () => {
    const missedBy = (name: string, trials: Trial[]): number =>
      targetRow(find(name), () => trials, none).missed.length;
    assert.equal(missedBy("ordered", [GOOD, BAD]), 1);
    assert.equal(missedBy("ordered", [{ ...GOOD, pathMs: 5_000 }]), 2);
    assert.equal(missedBy("closed", [{ ...BAD, noPathMs: 3_100 }]), 0);
    assert.equal(missedBy("closed", [{ ...BAD, noPathMs: 6_000 }]), 1);
    assert.equal(missedBy("closed", [{ ...BAD, noPathMs: null }]), 1);
  });

  it("of easy pairs is also another system's median in the same run", () => {
    const beside = (pathMs: number): string[] =>
      targetRow(
        find("easy"),
        () => [GOOD],
        () => [{ ...GOOD, pathMs }],
      ).missed;
    assert.deepEqual(beside(151), []);
    assert.deepEqual(beside(149), ["median 150 ms"]);
  });
});
