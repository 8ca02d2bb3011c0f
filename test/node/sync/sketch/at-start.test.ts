import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStock } from "../../../../bench/experiments/pair.ts";
import { reconcileOnce } from "../../../../bench/experiments/reconcile.ts";
import { PROFILES } from "../../../../node/core/profile.ts";

/** More than a sketch takes in at once. */
const BUNDLES = 10_000;

test("a node that starts with many bundles finds what it lacks with its first offer", () => {
  const stock = makeStock(1, BUNDLES, 16);
  const how = { missing: 10, where: "random", profile: PROFILES.adaptive } as const;
  const { counts, found } = reconcileOnce(stock, { ...how, seed: "at start" });
  assert.equal(found, 10);
  // With filters it takes two or three: its sketch must be whole before it first asks.
  assert.equal(counts.offer.datagrams, 1);
});
