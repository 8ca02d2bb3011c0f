import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatKind } from "../../node/testing/nat-kinds.ts";
import { World } from "../../node/testing/world.ts";

const SEEDS = Array.from({ length: 50 }, (_, i) => i + 1);
/**
 * Past its fast start, the first node is up for a time that differs, so that the second comes at any moment of its
 * steps.
 */
const HEAD_START_MS = 35_000;
const SPREAD_MS = 10_000;

/** Virtual time from a node's start to its first bundle, or Infinity; a tracker and one node are up already. */
function firstBundleMs(seed: number, nat: NatKind, loss: number): number {
  const world = new World({ seed, link: { loss } });
  const overlay = world.overlay();
  const seeds = [world.addTracker()];
  world.addNode({ overlay, founder: true, nat, seeds });
  const startMs = HEAD_START_MS + world.random("start").below(SPREAD_MS);
  world.run(startMs);
  let foundMs = Infinity;
  const joiner = world.addNode({ overlay, nat, seeds, startMs: Infinity });
  joiner.onEvent(({ event }) => {
    if (event === "bundle") foundMs = Math.min(foundMs, world.now - startMs);
  });
  joiner.start();
  world.runUntil(() => foundMs < Infinity, startMs + 60_000);
  return foundMs;
}

function countWithin(limitMs: number, nat: NatKind, loss: number): [number, string] {
  const times = SEEDS.map((seed) => firstBundleMs(seed, nat, loss));
  return [times.filter((ms) => ms <= limitMs).length, times.map((ms) => Math.round(ms)).join(" ")];
}

for (const nat of ["open", "apdf"] as const) {
  test(`${nat}: the first bundle within 2 s of the start on clean paths, always`, () => {
    const [count, times] = countWithin(2_000, nat, 0);
    assert.equal(count, SEEDS.length, times);
  });

  test(`${nat}: the first bundle within 4 s at 10 % loss, nearly always`, () => {
    const [count, times] = countWithin(4_000, nat, 0.1);
    assert.ok(count >= 0.9 * SEEDS.length, `${count}: ${times}`);
  });
}
