import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILES } from "../../node/core/profile.ts";
import { runFaithful, WRITERS } from "./faithful-world.ts";

const LIMIT_MS = 15 * 60_000;
const NODES = 40;
const BUNDLES = 160;

for (const profile of Object.values(PROFILES)) {
  for (const writers of WRITERS) {
    test(`${profile.name}, ${writers} writing: everybody has everything in time`, () => {
      const run = runFaithful({
        nodes: NODES,
        bundles: BUNDLES,
        writers,
        loss: 0.1,
        seed: 1,
        profile,
        limitMs: LIMIT_MS,
      });
      assert.ok(run.done, `${run.share} at ${run.nowMs} ms, policy at ${run.policyMs} ms`);
      // Every bundle crossed the network once per node but its writer, at least where each has a datagram of its own.
      if (!profile.dense) assert.ok(run.delivered >= (NODES - 1) * BUNDLES, `${run.delivered}`);
    });
  }
}
