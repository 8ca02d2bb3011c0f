import assert from "node:assert/strict";
import { test } from "node:test";
import { GroupRest } from "../../candidates/group-rest.ts";
import { selectCandidate } from "../../candidates/selection.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import { apart, at, seeded, tableOf } from "./support.ts";

const STEP_MS = 5_000;
/** A step to one /16 in 27.5 s. */
const SHARE = STEP_MS / 27_500;

test("a group rests for 27.5 s after it was asked", () => {
  const rest = new GroupRest();
  assert.equal(rest.isRested("a", 0), true);
  rest.asked("a", 0);
  rest.asked("b", 20_000);
  assert.equal(rest.isRested("a", 27_499), false);
  assert.equal(rest.isRested("a", 27_500), true);
  rest.asked("c", 30_000);
  assert.equal(rest.isRested("b", 30_000), false);
  assert.equal(rest.isRested("a", 30_000), true);
});

test("one /16 that holds the oldest places of every bucket gets 18 % of the steps", () => {
  const hostile = (now: number, table: CandidateTable): void => {
    for (let i = 0; i < 8; i++) table.introduced(at(`20.5.${i}.1:1`), 0, now);
    for (let i = 8; i < 16; i++) table.requested(at(`20.5.${i}.1:1`), 0, now);
  };
  assert.ok(shareOf("20.5.", hostile, true) <= SHARE + 0.01);
  assert.ok(shareOf("20.5.", hostile, false) > 0.4, "without the caps it gets far more");
});

test("k hostile networks among n honest ones get k / (k + n) of the draws from each bucket that has both", () => {
  const hostile = (now: number, table: CandidateTable): void => {
    for (let i = 0; i < 8; i++) {
      // Of ever new addresses, always the oldest of the bucket, as an attacker times it.
      table.requested(at(`30.${i}.${(now / STEP_MS) % 200}.1:1`), 0, now);
      table.introduced(at(`30.${i}.${(now / STEP_MS) % 200}.2:1`), 0, now);
    }
  };
  // Only attackers are introduced here: that quarter is theirs.
  const bound = 0.25 + 0.75 * (8 / (8 + 20));
  const [on, off] = [true, false].map((caps) => shareOf("30.", hostile, caps)) as [number, number];
  assert.ok(on < bound + 0.05, `${on} of the steps with the rule`);
  assert.ok(off > bound + 0.2, `${off} without it`);
});

test("where all are in one /16 nothing waits, and no tracker is asked in their place", () => {
  const random = seeded("one group");
  const table = tableOf();
  table.setTracker(apart(1), true);
  for (let i = 0; i < 4; i++) table.requested(at(`20.5.${i}.1:1`), 0, i);
  const asked: string[] = [];
  let trackers = 0;
  for (let now = 100; asked.length < 4; now++) {
    const chosen = selectCandidate(table, random, now)!;
    if (chosen.address.key === apart(1).key) {
      trackers++;
      continue;
    }
    asked.push(chosen.address.host);
    table.asked(chosen.address, 0, now);
  }
  assert.deepEqual(asked, ["20.5.0.1", "20.5.1.1", "20.5.2.1", "20.5.3.1"]);
  assert.ok(trackers <= 1, `${trackers}`);
});

test("a tracker does not make the nodes of its network rest, nor local candidates each other", () => {
  const table = tableOf();
  table.setTracker(at("20.5.1.1:1"), true);
  table.asked(at("20.5.1.1:1"), 0, 0);
  assert.equal(table.isRested(at("20.5.2.1:1"), 1), true);
  for (const host of ["127.0.0.1", "192.168.1.1"]) {
    table.requested(at(`${host}:1`), 0, 0);
    table.asked(at(`${host}:1`), 0, 0);
    assert.equal(table.isRested(at(`${host}:2`), 1), true);
  }
});

/** Steps of an hour that go to addresses beginning so, beside 20 honest nodes that ask us once a minute. */
function shareOf(
  prefix: string,
  hostile: (now: number, table: CandidateTable) => void,
  groupCaps: boolean,
): number {
  const random = seeded("share");
  const table = tableOf({ groupCaps });
  let count = 0;
  const steps = 720;
  for (let step = 0; step < steps; step++) {
    const now = step * STEP_MS;
    hostile(now, table);
    for (let i = 0; i < 20; i++) if (step % 12 === i % 12) table.requested(apart(i), 0, now);
    const chosen = selectCandidate(table, random, now);
    if (chosen === undefined) continue;
    if (chosen.address.key.startsWith(prefix)) count++;
    table.asked(chosen.address, 0, now);
    table.answered(chosen.address, 0, now);
  }
  return count / steps;
}
