import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceInterval, shiftBetween, wilson } from "../../../bench/analysis/statistics.ts";

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

test("the shift between two samples is the published one, its interval no narrower", () => {
  // Hollander and Wolfe, Nonparametric Statistical Methods, example 4.1: -0.305, exactly -0.76 to 0.15.
  const term = [1.15, 0.88, 0.9, 0.74, 1.21];
  const early = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const { shift, low, high } = shiftBetween(term, early)!;
  assert.ok(Math.abs(shift + 0.305) < 1e-9, `${shift}`);
  assert.ok(low <= -0.76 && low > -0.85 && high >= 0.15 && high < 0.25, `${low} to ${high}`);
  assert.equal(shiftBetween([1, 2, 3], [4, 5, 6]), null, "three and three show nothing at 95 %");
});
