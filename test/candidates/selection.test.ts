import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bucket } from "../../candidates/candidate.ts";
import { type NodeSelector, selectorOf, selectCandidate } from "../../candidates/selection.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import { apart, SCALE, seeded, tableOf } from "./support.ts";

const DRAWS = 100_000 * SCALE;

function fill(table: CandidateTable, buckets: readonly Bucket[]): CandidateTable {
  if (buckets.includes("tracker")) table.setTracker(apart(0), true);
  if (buckets.includes("contacted")) table.answered(apart(1), 0, 0);
  if (buckets.includes("requested")) table.requested(apart(2), 0, 0);
  if (buckets.includes("introduced")) table.introduced(apart(3), 0, 0);
  for (const { candidate } of table.all(0)) candidate.lastAskedMs = -Infinity;
  return table;
}

/** Percentages of the draws. */
function frequencies(table: CandidateTable, now: number, name: string): Record<Bucket, number> {
  const random = seeded(name);
  const shares = { tracker: 0, contacted: 0, requested: 0, introduced: 0 };
  for (let i = 0; i < DRAWS; i++) {
    const bucket = table.bucket(selectCandidate(table, random, now)!.address, now);
    shares[bucket!] += 100 / DRAWS;
  }
  return shares;
}

test("the other rule asks anybody alike, however many crowd into a bucket; the shares do not", () => {
  const table = tableOf();
  for (let i = 1; i <= 2; i++) table.answered(apart(i), 0, 0);
  for (let i = 3; i <= 20; i++) table.introduced(apart(i), 0, 0);
  for (const { candidate } of table.all(0)) candidate.lastAskedMs = -Infinity;
  const introduced = (select: NodeSelector): number => {
    const random = seeded("anybody");
    let count = 0;
    for (let i = 0; i < 2_000; i++) {
      if (table.bucket(select(table, random, 0)!.address, 0) === "introduced") count += 1;
    }
    return count / 2_000;
  };
  const [anybody, shared] = [introduced(selectorOf("anybody")), introduced(selectCandidate)];
  assert.ok(Math.abs(anybody - 0.9) < 0.03, `18 of 20, ${anybody}`);
  assert.ok(Math.abs(shared - 1 / 3) < 0.05, `24.75 of 74.25 %, ${shared}`);
  assert.equal(selectorOf("anybody")(tableOf(), seeded("none"), 0), undefined, "nobody");
});

function assertShares(shares: Record<Bucket, number>, expected: Partial<Record<Bucket, number>>) {
  for (const bucket of ["tracker", "contacted", "requested", "introduced"] as const) {
    const most = bucket === "tracker" ? 0.15 : 0.5;
    const gap = Math.abs(shares[bucket] - (expected[bucket] ?? 0));
    assert.ok(gap <= (expected[bucket] === undefined ? 0 : most), `${bucket}: ${shares[bucket]} %`);
  }
}

test("trackers 1 %, contacted 49.5 %, requested and introduced 24.75 % each", () => {
  const table = fill(tableOf(), ["tracker", "contacted", "requested", "introduced"]);
  assertShares(frequencies(table, 0, "all"), {
    tracker: 1,
    contacted: 49.5,
    requested: 24.75,
    introduced: 24.75,
  });
});

test("an empty bucket is drawn again", () => {
  const walked = fill(tableOf(), ["tracker", "contacted"]);
  assertShares(frequencies(walked, 0, "walked"), { tracker: 1.98, contacted: 98.02 });
  const contacting = fill(tableOf(), ["tracker", "requested", "introduced"]);
  assertShares(frequencies(contacting, 0, "contacting"), {
    tracker: 1.98,
    requested: 49.01,
    introduced: 49.01,
  });
  const strangers = fill(tableOf(), ["requested", "introduced"]);
  assertShares(frequencies(strangers, 0, "strangers"), { requested: 50, introduced: 50 });
});

test("a bucket with nobody eligible counts as empty", () => {
  const table = fill(tableOf(), ["tracker", "contacted", "requested", "introduced"]);
  table.asked(apart(1), 0, 0);
  const shares = frequencies(table, 27_499, "not eligible");
  assertShares(shares, { tracker: 1.98, requested: 49.01, introduced: 49.01 });
});

test("nobody eligible: nobody", () => {
  const random = seeded("none");
  assert.equal(selectCandidate(tableOf(), random, 0), undefined);
  const table = fill(tableOf(), ["tracker"]);
  assert.equal(selectCandidate(table, random, 0)?.address.key, apart(0).key);
  table.asked(apart(0), 0, 0);
  assert.equal(selectCandidate(table, random, 57_499), undefined);
  assert.equal(selectCandidate(table, random, 57_500)?.address.key, apart(0).key);
});

test("the oldest of a bucket first; asked ones are passed over until they are eligible again", () => {
  for (const event of ["answered", "requested", "introduced"] as const) {
    const table = tableOf();
    const arrivals = [4, 2, 0, 3, 1].map((i) => apart(i));
    arrivals.forEach((address, i) => table[event](address, 0, i));
    for (const { candidate } of table.all(10)) candidate.lastAskedMs = -Infinity;
    const random = seeded(event);
    const order = arrivals.map((_, step) => {
      const { address } = selectCandidate(table, random, 10 + step)!;
      table.asked(address, 0, 10 + step);
      return address.key;
    });
    assert.deepEqual(
      order,
      arrivals.map(({ key }) => key),
    );
    assert.equal(selectCandidate(table, random, 27_490), undefined);
    arrivals.forEach((address, i) => table[event](address, 0, 27_495 + i));
    assert.equal(selectCandidate(table, random, 27_509), undefined);
    assert.equal(selectCandidate(table, random, 27_510)?.address, arrivals[0]);
  }
});

test("trackers in turn: the one asked longest ago", () => {
  const table = tableOf();
  for (const i of [1, 2, 3]) table.setTracker(apart(i), true);
  const random = seeded("trackers");
  const order: string[] = [];
  for (let now = 0; now < 6 * 57_500; now += 57_500) {
    const { address } = selectCandidate(table, random, now)!;
    table.asked(address, 0, now);
    order.push(address.key);
  }
  const round = [1, 2, 3].map((i) => apart(i).key);
  assert.deepEqual(order, [...round, ...round]);
});
