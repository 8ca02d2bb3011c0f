import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf, isEligible, type Candidate } from "../../candidates/candidate.ts";
import { nat, at } from "./support.ts";

function candidate(times: Partial<Candidate>): Candidate {
  return {
    address: at("11.0.0.1:1"),
    via: 0,
    nat: nat("unknown"),
    isSeed: false,
    controlInVain: 0,
    isFull: false,
    storesNothing: false,
    lastAskedMs: -Infinity,
    lastAnsweredMs: -Infinity,
    lastRequestedMs: -Infinity,
    lastIntroducedMs: -Infinity,
    ...times,
  };
}

test("a candidate that nothing happened with is in no bucket, a tracker always in its own", () => {
  assert.equal(bucketOf(candidate({}), false, 0), undefined);
  assert.equal(bucketOf(candidate({}), true, 1e12), "tracker");
  assert.equal(bucketOf(candidate({ lastAnsweredMs: 0 }), true, 0), "tracker");
});

test("the buckets end after 57.5, 57.5 and 27.5 s, to the millisecond", () => {
  const edges = [
    ["contacted", { lastAnsweredMs: 1_000 }, 58_500],
    ["requested", { lastRequestedMs: 1_000 }, 58_500],
    ["introduced", { lastIntroducedMs: 1_000 }, 28_500],
  ] as const;
  for (const [bucket, times, end] of edges) {
    assert.equal(bucketOf(candidate(times), false, 1_000), bucket);
    assert.equal(bucketOf(candidate(times), false, end - 1), bucket);
    assert.equal(bucketOf(candidate(times), false, end), undefined);
  }
});

test("the first bucket that holds wins", () => {
  const all = candidate({ lastAnsweredMs: 0, lastRequestedMs: 20_000, lastIntroducedMs: 60_000 });
  assert.equal(bucketOf(all, false, 57_499), "contacted");
  assert.equal(bucketOf(all, false, 57_500), "requested");
  assert.equal(bucketOf(all, false, 77_499), "requested");
  assert.equal(bucketOf(all, false, 77_500), "introduced");
  assert.equal(bucketOf(all, false, 87_500), undefined);
});

test("eligible again after 27.5 s, a tracker after 57.5 s, at once when never asked", () => {
  for (const bucket of ["contacted", "requested", "introduced"] as const) {
    assert.equal(isEligible(candidate({}), bucket, 0), true);
    assert.equal(isEligible(candidate({ lastAskedMs: 500 }), bucket, 27_999), false);
    assert.equal(isEligible(candidate({ lastAskedMs: 500 }), bucket, 28_000), true);
  }
  assert.equal(isEligible(candidate({}), "tracker", 0), true);
  assert.equal(isEligible(candidate({ lastAskedMs: 500 }), "tracker", 57_999), false);
  assert.equal(isEligible(candidate({ lastAskedMs: 500 }), "tracker", 58_000), true);
});
