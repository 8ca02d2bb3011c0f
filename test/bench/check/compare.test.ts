import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type CountedBaseline, keep, regressions } from "../../../bench/check/compare.ts";
import { COUNTED, type Figure } from "../../../bench/check/counted.ts";
import { EXPERIMENTS } from "../../../bench/registry.ts";
import { optionKey } from "../../../bench/run.ts";

const offers = (value: number): Figure => ({ name: "offers", value, better: "less" });
const found = (value: number): Figure => ({ name: "found", value, better: "more" });
const kept = keep([
  [offers(20), found(10)],
  [offers(30), found(10)],
  [offers(10), found(10)],
]);

describe("the check of counted figures", () => {
  it("lets a figure be as bad as the worst seed, and a tenth worse, but lets nothing go unfound", () => {
    assert.deepEqual(regressions("run", [offers(33), found(10)], kept), []);
    assert.deepEqual(regressions("run", [offers(1), found(99)], kept), []);
  });

  it("says what got worse, in a line for each", () => {
    assert.deepEqual(regressions("run", [offers(34), found(9)], kept), [
      "run: offers: 34, was 20; at most 33 is allowed",
      "run: found: 9, was 10; at least 10 is allowed",
    ]);
  });

  it("misses no figure that only one side has", () => {
    assert.deepEqual(regressions("run", [offers(20)], kept), [
      "run: found: in the baseline, but not measured",
    ]);
    assert.deepEqual(regressions("new", [offers(20)]), ["new: offers: not in the baseline"]);
  });

  it("asks for experiments and options that exist", () => {
    for (const { name, experiment, options } of COUNTED) {
      const known = EXPERIMENTS.find((one) => one.name === experiment)!.options.map(optionKey);
      for (const key of Object.keys(options)) {
        assert.ok([...known, "profile"].includes(key), `${name}: ${key}`);
      }
    }
  });

  it("has a baseline for each run and for no other", () => {
    const text = readFileSync("bench/results/counted.json", "utf8");
    const names = COUNTED.map(({ name }) => name);
    assert.deepEqual(Object.keys(JSON.parse(text) as CountedBaseline), names);
  });
});
