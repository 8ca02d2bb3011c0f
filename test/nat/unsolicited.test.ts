import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_UNSOLICITED, UnsolicitedBudget } from "../../nat/unsolicited.ts";
import { apart, at, SCALE, seeded } from "../candidates/support.ts";

test("three per IP in 5 s, a sliding window", () => {
  const budget = new UnsolicitedBudget();
  const allowed = [0, 2_000, 4_000, 4_500, 4_999, 5_000, 5_001, 7_000, 9_000, 9_001].map((now) => {
    return budget.allow(apart(1), now);
  });
  assert.deepEqual(allowed, [true, true, true, false, false, true, false, true, true, false]);
});

test("60,000 ports of one IP are one target; other IPs have their own", () => {
  const budget = new UnsolicitedBudget();
  let count = 0;
  for (let port = 1; port <= 60_000; port++) if (budget.allow(at(`20.1.1.1:${port}`), 0)) count++;
  assert.equal(count, 3);
  assert.equal(budget.allow(at("20.1.1.2:1"), 0), true);
  assert.equal(budget.allow(at("[2a00::1]:1"), 0), true);
});

test("a flood of targets ends in refusals, which time lifts", () => {
  const budget = new UnsolicitedBudget();
  let count = 0;
  for (let i = 0; i < 15_000; i++) if (budget.allow(apart(i), 0)) count++;
  assert.equal(count, MAX_UNSOLICITED);
  assert.equal(budget.allow(apart(16_000), 4_999), false);
  assert.equal(budget.allow(apart(16_000), 5_000), true);
});

test("no IP ever gets more than three in any 5 s", () => {
  const random = seeded("unsolicited");
  for (let run = 0; run < 5 * SCALE; run++) {
    const budget = new UnsolicitedBudget();
    const sent = new Map<string, number[]>();
    let now = 0;
    for (let i = 0; i < 5_000; i++) {
      now += random.below(50);
      const target = apart(random.below(20), 1 + random.below(1_000));
      const times = (sent.get(target.host) ?? []).filter((ms) => ms > now - 5_000);
      assert.equal(budget.allow(target, now), times.length < 3);
      if (times.length < 3) times.push(now);
      sent.set(target.host, times);
    }
  }
});
