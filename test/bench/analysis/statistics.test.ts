import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceInterval, wilson } from "../../../bench/analysis/statistics.ts";

function share(successes: number, trials: number) {
  const [low, high] = wilson(successes, trials);
  return { success: successes / trials, low, high };
}

test("the interval of a difference of shares is the published one", () => {
  // Newcombe 1998, table II, contrast a and h, method 10.
  const cases = [
    [56, 70, 48, 80, 0.0524, 0.3339],
    [10, 10, 0, 20, 0.6791, 1],
  ] as const;
  for (const [m, ofM, n, ofN, low, high] of cases) {
    const found = differenceInterval(share(m, ofM), share(n, ofN));
    assert.ok(Math.abs(found[0] - low) < 0.0005 && Math.abs(found[1] - high) < 0.0005, `${found}`);
  }
});
