import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Crowd } from "../../candidates/crowd.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { apart, at, SCALE, seeded, tableOf } from "./support.ts";

const LIFETIME_MS = 57_500;

function tables(crowd: Crowd, count: number): CandidateTable[] {
  return Array.from({ length: count }, () =>
    tableOf({ maxCandidates: Infinity, groupCaps: false, crowd }),
  );
}

function sizeOf(all: readonly CandidateTable[], now: number): number {
  return all.reduce((sum, table) => sum + table.counts(now).requested, 0);
}

/** The i-th address of one IPv6 site, each in a /64 of its own. */
function ofSite(i: number): Address {
  return at(`[2a00:1:2:${i.toString(16)}::1]:1`);
}

describe("tables that share a bound", () => {
  test("let in every newcomer, and let go whom their greediest group misses least", () => {
    const crowd = new Crowd(100);
    const all = tables(crowd, 4);
    for (let i = 0; i < 1_000; i++) all[i % 4]!.requested(ofSite(i), 0, i);
    assert.equal(crowd.size, 100);
    assert.equal(all[999 % 4]!.bucket(ofSite(999), 999), "requested");
    for (let i = 0; i < 60; i++) {
      assert.notEqual(all[0]!.requested(apart(i), 0, 1_000), undefined);
    }
    // The flood goes on, and displaces itself.
    for (let i = 1_000; i < 3_000; i++) all[i % 4]!.requested(ofSite(i), 0, 1_001);
    for (let i = 0; i < 60; i++) assert.equal(all[0]!.bucket(apart(i), 1_001), "requested");
    assert.equal(sizeOf(all, 1_001), 100);
  });

  test("of one group, whoever was heard longest ago goes first", () => {
    const crowd = new Crowd(3);
    const [table] = tables(crowd, 1) as [CandidateTable];
    for (let i = 0; i < 3; i++) table.requested(ofSite(i), 0, i);
    table.requested(ofSite(0), 0, 10);
    table.requested(ofSite(9), 0, 11);
    const there = [0, 1, 2, 9].filter((i) => table.get(ofSite(i)) !== undefined);
    assert.deepEqual(there, [0, 2, 9]);
  });

  test("count everybody who is in a table, however they leave", () => {
    const random = seeded("crowd");
    for (let run = 0; run < 5 * SCALE; run++) {
      const crowd = new Crowd(50);
      const all = tables(crowd, 3);
      for (let i = 0, now = 0; i < 3_000; i++, now += random.below(500)) {
        const table = all[random.below(3)]!;
        const address = random.below(2) === 0 ? apart(random.below(60)) : ofSite(random.below(60));
        const action = random.below(20);
        if (action === 0) table.remove(address);
        else if (action === 1) table.reset(now, address);
        else if (action === 2) now += LIFETIME_MS;
        else table.requested(address, 0, now);
        assert.equal(sizeOf(all, now), crowd.size);
        assert.ok(crowd.size <= 50);
      }
    }
  });
});
