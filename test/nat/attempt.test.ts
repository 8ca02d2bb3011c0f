import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Attempt, ATTEMPT_LIFETIME_MS, type Naming } from "../../nat/attempt.ts";
import { BurstBudget } from "../../nat/burst-budget.ts";
import { Outcomes } from "../../nat/outcomes.ts";
import { type NatSummary, UNKNOWN_NAT } from "../../wire/message.ts";
import { apart, seeded } from "../candidates/support.ts";

const random = seeded("attempt");

function naming(changes: Partial<Naming> = {}): Naming {
  const nonce = random.bytes(8);
  return {
    address: apart(1),
    nat: UNKNOWN_NAT,
    nonce,
    voucher: apart(101),
    sought: false,
    ...changes,
  };
}

describe("an attempt", () => {
  test("is vouched for by two introducers of different networks that the user named, and by nobody else", () => {
    const attempt = new Attempt("00", "asking", naming(), 0);
    for (const voucher of [apart(101), undefined, undefined])
      attempt.namedAgain(naming({ voucher }));
    assert.equal(attempt.isVouchedFor, false);
    assert.equal(attempt.namedAgain(naming({ voucher: apart(102), address: apart(2) })), false);
    assert.equal(attempt.isVouchedFor, false);
    assert.equal(
      attempt.namedAgain(naming({ voucher: apart(102), address: apart(1, 7_000) })),
      true,
    );
    assert.equal(attempt.isVouchedFor, true);
  });

  test("knows the other side's probes by any of its introductions, from any port of the IP", () => {
    const [first, second] = [naming(), naming()];
    const attempt = new Attempt("00", "asking", first, 0);
    attempt.namedAgain(second);
    for (const { nonce } of [first, second]) {
      assert.equal(attempt.matches(nonce, apart(1, 9_999)), true);
      assert.equal(attempt.matches(nonce, apart(2)), false);
    }
    assert.equal(attempt.matches(random.bytes(8), apart(1)), false);
  });

  test("two introducers that disagree on the NAT vouch for nothing, until the one that is out of date is asked again", () => {
    const easy = { ...UNKNOWN_NAT, mapping: "endpoint-independent" } as const;
    const random: NatSummary = { ...UNKNOWN_NAT, mapping: "address-and-port-dependent" };
    const attempt = new Attempt("00", "asking", naming({ nat: easy }), 0);
    attempt.namedAgain(naming({ voucher: apart(102), nat: random }));
    assert.equal(attempt.isVouchedFor, false);
    assert.equal(attempt.hasVoucher(apart(101)), false);
    attempt.namedAgain(naming({ nat: random }));
    assert.equal(attempt.isVouchedFor, true);
    for (const voucher of [apart(103), undefined])
      attempt.namedAgain(naming({ voucher, nat: easy }));
    assert.equal(attempt.isVouchedFor, true, "nor does one against two");
    assert.deepEqual(attempt.nat, random);
  });

  test("takes for a sample only another port at an introducer that knew the main socket's", () => {
    const attempt = new Attempt("00", "asked", naming(), 0);
    const sample = (changes: Partial<Naming>): number | undefined => {
      attempt.namedAgain(naming({ sought: true, ...changes }));
      return attempt.sample?.port;
    };
    assert.equal(sample({}), undefined, "from the main socket");
    assert.equal(sample({ voucher: apart(102), address: apart(1, 7_000) }), undefined);
    assert.equal(sample({ address: apart(1, 7_002), sought: false }), undefined);
    assert.equal(sample({ address: apart(1, 7_003), voucher: undefined }), undefined);
    assert.equal(sample({ address: apart(1, 7_001) }), 7_001);
  });

  test("lapses", () => {
    const attempt = new Attempt("00", "asked", naming(), 100);
    assert.equal(attempt.hasLapsed(99 + ATTEMPT_LIFETIME_MS), false);
    assert.equal(attempt.hasLapsed(100 + ATTEMPT_LIFETIME_MS), true);
  });
});

describe("the budget of bursts", () => {
  test("allows one at a time", () => {
    const budget = new BurstBudget();
    assert.equal(budget.begin(apart(1), 0), true);
    assert.equal(budget.begin(apart(2), 0), false);
    budget.end("opened", 0);
    assert.equal(budget.begin(apart(2), 0), true);
  });

  test("allows two to an IP in a minute, whatever the port, and four in all", () => {
    const budget = new BurstBudget();
    const begin = (i: number, now: number): boolean => {
      const allowed = budget.begin(apart(i, 1_000 + now), now);
      if (allowed) budget.end("opened", now);
      return allowed;
    };
    assert.deepEqual(
      [0, 1, 2].map((now) => begin(1, now)),
      [true, true, false],
    );
    assert.deepEqual(
      [2, 3, 4].map((i) => begin(i, 10)),
      [true, true, false],
    );
    assert.equal(begin(1, 59_999), false);
    assert.equal(begin(1, 60_000), true);
  });
});

test("a search that failed twice waits a minute, then twice as long each time, until one succeeds", () => {
  const budget = new BurstBudget();
  const search = (now: number, opened: boolean): boolean => {
    const allowed = budget.begin(apart(1), now);
    if (allowed) budget.end(opened ? "opened" : "failed", now);
    return allowed;
  };
  assert.deepEqual(
    [0, 1, 2, 60_000].map((now) => search(now, false)),
    [true, true, false, false],
  );
  assert.equal(search(60_001, false), true);
  assert.equal(search(180_000, false), false);
  assert.equal(search(180_001, true), true);
  assert.equal(search(180_002, false), true);
  assert.equal(search(300_000, false), true);
  assert.equal(search(301_000, false), false);
  budget.forgive();
  assert.equal(search(302_000, false), true);
  assert.equal(search(303_000, false), false, "two in a minute all the same");
});

test("a search that took all flows that it may is not tried again before they are forgotten", () => {
  const budget = new BurstBudget();
  assert.equal(budget.begin(apart(1), 0), true);
  budget.end("spent", 0);
  assert.deepEqual(
    [59_999, 60_000].map((now) => budget.pauses(apart(1), now)),
    [true, false],
  );
  assert.equal(budget.begin(apart(1), 59_999), false);
  assert.equal(budget.begin(apart(1), 60_000), true);
  budget.end("spent", 60_000);
  assert.equal(budget.pauses(apart(1), 179_999), true);
  assert.equal(budget.pauses(apart(2), 60_000), false);
});

test("a search without the other side's part is no failure, and whoever is asked waits for no pause", () => {
  const budget = new BurstBudget();
  for (const now of [0, 60_000, 120_000]) {
    assert.equal(budget.begin(apart(1), now), true);
    budget.end("unused", now);
  }
  for (const now of [180_000, 240_000]) {
    assert.equal(budget.begin(apart(1), now), true);
    budget.end("failed", now);
  }
  assert.equal(budget.begin(apart(1), 299_999), false);
  assert.equal(budget.begin(apart(1), 299_999, true), true);
});

test("outcomes are counted per pair of classes and strategy", () => {
  const outcomes = new Outcomes();
  const easy = UNKNOWN_NAT;
  for (const opened of [true, false, true]) {
    outcomes.add({ own: easy, peer: easy, how: "puncture", opened, ms: 99.6 });
  }
  const row = { own: "easy", peer: "easy", strategy: "puncture", attempts: 3, opened: 2 };
  assert.deepEqual(outcomes.rows(), [{ ...row, ms: [100, 100] }]);
});
