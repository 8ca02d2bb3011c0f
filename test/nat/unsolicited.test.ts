import assert from "node:assert/strict";
import { test } from "node:test";
import type { Namer } from "../../candidates/namer.ts";
import type { Address } from "../../wire/address.ts";
import {
  MAX_UNSOLICITED,
  MAX_UNSOLICITED_FOR_STRANGERS,
  MAX_UNSOLICITED_TO_NEIGHBOURS,
  UnsolicitedBudget,
} from "../../nat/unsolicited.ts";
import { apart, at, SCALE, seeded } from "../candidates/support.ts";

const tracker: Namer = { group: "tracker", isTrusted: true };

function stranger(i: number): Namer {
  return { group: `group ${i}`, isTrusted: false };
}

test("three per IP in 5 s, a sliding window", () => {
  const budget = new UnsolicitedBudget();
  const allowed = [0, 2_000, 4_000, 4_500, 4_999, 5_000, 5_001, 7_000, 9_000, 9_001].map((now) => {
    return budget.allow(apart(1), tracker, now);
  });
  assert.deepEqual(allowed, [true, true, true, false, false, true, false, true, true, false]);
});

test("60,000 ports of one IP are one target; other IPs have their own", () => {
  const budget = new UnsolicitedBudget();
  let count = 0;
  for (let port = 1; port <= 60_000; port++)
    if (budget.allow(at(`20.1.1.1:${port}`), stranger(1), 0)) count++;
  assert.equal(count, 3);
  assert.equal(budget.allow(at("20.1.1.2:1"), stranger(1), 0), true);
  assert.equal(budget.allow(at("[2a00::1]:1"), stranger(1), 0), true);
});

test("a flood of targets ends in refusals, which time lifts", () => {
  const budget = new UnsolicitedBudget();
  let count = 0;
  for (let i = 0; i < 15_000; i++) if (budget.allow(apart(i), stranger(i), 0)) count++;
  assert.equal(count, MAX_UNSOLICITED_FOR_STRANGERS);
  assert.equal(budget.allow(apart(16_000), stranger(16_000), 4_999), false);
  for (let i = 0; i < 500; i++) assert.equal(budget.allow(apart(16_000 + i), tracker, 4_999), true);
  assert.equal(budget.allow(apart(16_000), stranger(16_000), 5_000), true);
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
      const by = random.below(4) === 0 ? tracker : stranger(random.below(10));
      const isAllowed = budget.allow(target, by, now);
      assert.ok(!isAllowed || times.length < 3);
      if (by === tracker) assert.equal(isAllowed, times.length < 3);
      if (isAllowed) times.push(now);
      sent.set(target.host, times);
    }
  }
});

test("all addresses of an IPv6 /64 are one target", () => {
  const budget = new UnsolicitedBudget();
  let count = 0;
  for (let i = 1; i <= 1_000; i++) {
    if (budget.allow(at(`[2a00:1:2:3::${i.toString(16)}]:1`), stranger(1), 0)) count++;
  }
  assert.equal(count, 3);
  assert.equal(budget.allow(at("[2a00:1:2:4::1]:1"), stranger(1), 0), true);
});

test("one group takes no more than half of what strangers may, and leaves some to every other one", () => {
  const budget = new UnsolicitedBudget();
  let count = 0;
  for (let i = 0; i < 15_000; i++) if (budget.allow(apart(i), stranger(0), 0)) count++;
  assert.equal(count, MAX_UNSOLICITED_FOR_STRANGERS / 2);
  for (let i = 1; i < 500; i++) {
    assert.equal(budget.allow(apart(15_000 + i), stranger(i), 0), true);
  }
  assert.ok(count + 500 < MAX_UNSOLICITED);
});

test("whoever names a target all the time leaves it for others", () => {
  const budget = new UnsolicitedBudget();
  const honest = [stranger(2), tracker];
  let reached = 0;
  for (let now = 0; now < 600_000; now += 100) {
    budget.allow(apart(1), stranger(1), now);
    // Long enough ago not to be a habit.
    if (now % 31_000 === 20_500) if (budget.allow(apart(1), honest[0]!, now)) reached++;
    if (now % 31_000 === 22_000) if (budget.allow(apart(1), honest[1]!, now)) reached++;
  }
  assert.equal(reached, 38);
});

test("many who name a target together leave one datagram to whom the user named", () => {
  const budget = new UnsolicitedBudget();
  const count = (by: (i: number) => Namer): number => {
    let allowed = 0;
    for (let i = 0; i < 100; i++) if (budget.allow(apart(1), by(i), 0)) allowed++;
    return allowed;
  };
  assert.equal(count(stranger), 2);
  assert.equal(
    count(() => tracker),
    1,
  );
});

test("neighbours get few, whoever names them, which takes nothing from others and leaves some to each namer", () => {
  const budget = new UnsolicitedBudget((ip) => ip[0] === 10);
  const neighbour = (i: number): Address => at(`10.1.${i >> 8}.${i & 255}:1`);
  let count = 0;
  for (let i = 0; i < 1_000; i++) if (budget.allow(neighbour(i), stranger(0), 0)) count++;
  assert.equal(count, MAX_UNSOLICITED_TO_NEIGHBOURS / 2);
  for (let i = 1; i < 10; i++) {
    assert.equal(budget.allow(neighbour(1_000 + i), stranger(i), 0), true);
  }
  assert.equal(budget.allow(neighbour(2_000), tracker, 0), true);
  assert.equal(budget.allow(apart(1), stranger(0), 0), true);
  assert.equal(budget.allow(neighbour(2_001), stranger(0), 4_999), false);
  assert.equal(budget.allow(neighbour(2_001), stranger(0), 5_000), true);
});
