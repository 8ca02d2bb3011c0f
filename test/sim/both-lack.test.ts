import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "../../node/testing/world.ts";

const EACH = 6_000;

/** Counts are equal long before sets are. */
test("two nodes that each lack what the other made end with the same set, and soon", () => {
  const world = new World({ seed: "both" });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  const other = world.addNode({ overlay, seeds: [founder] });
  assert.ok(world.runUntil(() => world.allHold(1), 5_000));
  const tampering = world.network.tampering;
  world.network.tampering = () => undefined;
  for (const node of [founder, other]) world.publish(node, EACH);
  world.run(world.now + 120_000);
  assert.equal(world.held(founder), 1 + EACH);
  assert.equal(world.held(other), 1 + EACH);
  world.network.tampering = tampering;
  for (const node of [founder, other]) node.handle({ kind: "resumed" });
  const healedMs = world.now;
  assert.ok(world.runUntil(() => world.allHold(1 + 2 * EACH), healedMs + 20_000));
});
