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

/**
 * Alone with one peer it asks once in 27.5 s when an offer brought nothing, and draws one of six classes at random: one
 * is not drawn in 130 of these with a probability of (5/6)^130. Half are done after seven minutes, one of twelve after
 * more than fifteen.
 */
const FAITHFUL_LIMIT_MS = 130 * 27_500;

test("dispersy: an empty node has all of a full one's bundles within an hour", () => {
  for (const seed of SEEDS) {
    const options = { bundles: BUNDLES, profile: PROFILES.dispersy, seed };
    const run = runJoiner({ ...options, limitMs: FAITHFUL_LIMIT_MS });
    assert.ok(run.done, `${run.held} after ${run.joinMs} ms`);
    assert.equal(run.aboveBound, 0);
  }
});
