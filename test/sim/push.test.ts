import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "../../node/testing/world.ts";
import { PROFILES } from "../../node/core/profile.ts";

const NODES = 8;
/** Enough to know everybody, with five seconds a step. */
const ACQUAINTANCE_MS = 120_000;
/** One way of a clean path is 25 ms; the next step of most is seconds away. */
const PUSH_MS = 100;

for (const profile of Object.values(PROFILES)) {
  test(`${profile.name}: what is published reaches those we know at once`, () => {
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const seeds = [world.addTracker()];
    for (let i = 0; i < NODES; i++) {
      world.addNode({ overlay, founder: i === 0, seeds, profile });
    }
    world.run(ACQUAINTANCE_MS);
    assert.ok(world.allHold(1));
    for (let round = 1; round <= 3; round++) {
      const author = world.nodes[round]!;
      const { contacted, requested } = author.engine.overlays()[0]!.candidates;
      assert.ok(contacted + requested >= 4, `${contacted} contacted, ${requested} requested`);
      world.publish(author);
      world.run(world.now + PUSH_MS);
      const holders = world.nodes.filter((node) => world.held(node) === 1 + round).length;
      assert.ok(holders >= 1 + contacted + requested, `${holders} of ${contacted} + ${requested}`);
      world.run(world.now + ACQUAINTANCE_MS);
      assert.ok(world.allHold(1 + round));
    }
  });
}
