import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILES } from "../../node/profile.ts";
import { runJoiner } from "./joiner-world.ts";

const BUNDLES = 5_000;
const SEEDS = [1, 2, 3];

test("adaptive: an empty node has all of a full one's bundles within a minute", () => {
  for (const seed of SEEDS) {
    const run = runJoiner({ bundles: BUNDLES, profile: PROFILES.adaptive, seed, limitMs: 60_000 });
    assert.ok(run.done, `${run.held} after ${run.joinMs} ms`);
    assert.equal(run.aboveBound, 0);
  }
});

// The rest hides behind false positives, and alone with one peer it asks once in 27.5 s.
test("dispersy: an empty node has nearly all of a full one's bundles within five minutes", () => {
  for (const seed of SEEDS) {
    const run = runJoiner({ bundles: BUNDLES, profile: PROFILES.dispersy, seed, limitMs: 300_000 });
    assert.ok(run.held >= 0.99 * BUNDLES, `${run.held} after ${run.joinMs} ms`);
    assert.equal(run.aboveBound, 0);
  }
});
