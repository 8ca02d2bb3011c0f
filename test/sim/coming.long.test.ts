import assert from "node:assert/strict";
import { test } from "node:test";
import { Overlay } from "../../bench/experiments/overlay.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import type { CounterName } from "../../node/core/counters.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";

const NODES = 30;
const BUNDLES = 240;

/** Bundles are written all the time. Returns how many came twice to one node, in all. */
function duplicates(loss: number): number {
  const overlay = new Overlay({ seed: 1, nodes: NODES, profile: ADAPTIVE });
  overlay.world.network.linkRule = () => ({ ...DEFAULT_LINK, loss });
  overlay.run(30_000);
  for (let i = 0; i < BUNDLES; i++) {
    overlay.world.publish(overlay.draw());
    overlay.run(250);
  }
  overlay.run(20_000);
  const count = (name: CounterName): number =>
    overlay.live.reduce((sum, { engine }) => sum + (engine.counters.get(name) ?? 0), 0);
  for (const node of overlay.live) assert.equal(overlay.newAt(node), BUNDLES);
  assert.ok(count("wanted bundles") > 0);
  return count("bundle rejected: duplicate");
}

test("where bundles are written all the time, few come twice, and none gets lost", () => {
  // Without remembering what was asked for, there are about half as many as bundles that had to come.
  assert.ok(duplicates(0) < (BUNDLES * NODES) / 10);
});

test("where a tenth of the datagrams gets lost, all bundles come as well", () => {
  assert.ok(duplicates(0.1) < (BUNDLES * NODES) / 2);
});
