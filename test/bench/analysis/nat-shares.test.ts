import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  DISTRIBUTIONS,
  punctureOpens,
  searchOpens,
  type SharedKind,
  weigh,
  weighAided,
  weighedInterval,
} from "../../../bench/analysis/nat-shares.ts";
import { trialsToShow, wilson } from "../../../bench/analysis/statistics.ts";

const puncture = (a: SharedKind, b: SharedKind): number => (punctureOpens(a, b) ? 1 : 0);
const { halkes, fixed, mobile } = DISTRIBUTIONS;

describe("published shares of NATs", () => {
  it("are shares", () => {
    for (const { shares, blocked } of Object.values(DISTRIBUTIONS)) {
      const sum = Object.values(shares).reduce((total, share) => total + share, blocked);
      assert.ok(Math.abs(sum - 1) < 1e-9);
    }
  });

  it("give what was calculated for plain puncturing: 78.1, 79.2 and 62.2 % of all pairs", () => {
    const rates = [halkes, fixed, mobile].map((each) => weigh(each, puncture));
    const rounded = rates.map(({ all }) => Math.round(all * 1_000) / 10);
    assert.deepEqual(rounded, [78.1, 79.2, 62.2]);
    assert.ok(Math.abs(rates[0]!.unblocked - 0.858) < 0.001);
  });

  it("give, with mapped ports and IPv6, what was calculated for Tailscale and iroh", () => {
    for (const each of [halkes, fixed, mobile]) {
      const { all, unblocked } = weighAided(each, puncture);
      assert.ok(Math.abs(unblocked - each.others.tailscaleAndIroh) < 0.004, each.name);
      assert.ok(all < unblocked);
    }
  });

  it("let searches reach what puncturing does not, and nothing reaches the blocked", () => {
    const search = (a: SharedKind, b: SharedKind): number => (searchOpens(a, b) ? 1 : 0);
    for (const each of [halkes, fixed, mobile]) {
      assert.ok(weigh(each, search).unblocked > weigh(each, puncture).unblocked + 0.1);
      assert.ok(weigh(each, () => 1).all < 0.93);
      assert.ok(Math.abs(weigh(each, () => 1).unblocked - 1) < 1e-9);
    }
  });

  it("have an interval that holds the share and narrows with the trials", () => {
    const interval = (trials: number): [number, number] =>
      weighedInterval(halkes, () => {
        const [low, high] = wilson(trials / 2, trials);
        return { success: 0.5, low, high };
      });
    const [few, many] = [interval(10), interval(1_000)];
    assert.ok(few[0] < many[0] && many[0] < 0.5 && 0.5 < many[1] && many[1] < few[1]);
  });
});

it("so many trials show a share, and one less does not", () => {
  for (const share of [0.95, 0.99]) {
    const trials = trialsToShow(share);
    assert.ok(wilson(trials, trials)[0] >= share);
    assert.ok(wilson(trials - 1, trials - 1)[0] < share);
  }
});
