import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILES } from "../../node/core/profile.ts";
import { runJoiner } from "./joiner-world.ts";

/** Six classes of a filter: with a seventh the last one is drawn half as late again, on average. */
const BUNDLES = 4_800;
const SEEDS = [1, 2, 3];

test("adaptive: an empty node has all of a full one's bundles within a minute", () => {
  for (const seed of SEEDS) {
    const run = runJoiner({ bundles: BUNDLES, profile: PROFILES.adaptive, seed, limitMs: 60_000 });
    assert.ok(run.done, `${run.held} after ${run.joinMs} ms`);
    assert.equal(run.aboveBound, 0);
  }
});

// Alone with one peer it asks once in 27.5 s when an offer brought nothing, and draws its classes at random.
test("dispersy: an empty node has all of a full one's bundles within a quarter of an hour", () => {
  for (const seed of SEEDS) {
    const run = runJoiner({ bundles: BUNDLES, profile: PROFILES.dispersy, seed, limitMs: 900_000 });
    assert.ok(run.done, `${run.held} after ${run.joinMs} ms`);
    assert.equal(run.aboveBound, 0);
  }
});
