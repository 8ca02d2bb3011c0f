import assert from "node:assert/strict";
import { test } from "node:test";
import { Overlay } from "../../bench/experiments/overlay.ts";
import { ADAPTIVE } from "../../node/profile.ts";

test("where bundles are written all the time, few come twice, and none gets lost", () => {
  const overlay = new Overlay({ seed: 1, nodes: 30, profile: ADAPTIVE });
  overlay.run(30_000);
  const bundles = 240;
  for (let i = 0; i < bundles; i++) {
    overlay.world.publish(overlay.draw());
    overlay.run(250);
  }
  overlay.run(20_000);
  const count = (name: string): number =>
    overlay.live.reduce((sum, { engine }) => sum + (engine.counters.get(name) ?? 0), 0);
  for (const node of overlay.live) assert.equal(overlay.newAt(node), bundles);
  const twice = count("bundle rejected: duplicate");
  // Without remembering what was asked for, there are about half as many as bundles that had to come.
  assert.ok(twice < (bundles * overlay.live.length) / 10, `${twice}`);
  assert.ok(count("wanted bundles") > 0);
});
