import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "../../node/testing/world.ts";

const MINUTE_MS = 60_000;
const NODES = 4;

// In some of these worlds the tracker named the same pairs to each other for twenty minutes.
test("a few who begin at the same moment do not fall apart into pairs", () => {
  for (let seed = 0; seed < 8; seed++) {
    const world = new World({ seed: `isl${seed}`, link: { jitterMs: 20 } });
    const overlay = world.overlay();
    const seeds = [world.addTracker()];
    const nodes = Array.from({ length: NODES }, (_, i) =>
      world.addNode({ overlay, seeds, founder: i === 0 }),
    );
    world.run(2 * MINUTE_MS);
    world.publish(nodes[0]!);
    world.run(3 * MINUTE_MS);
    assert.ok(world.allHold(2), `world ${seed}: the bundle was not everywhere after a minute`);
    for (const node of nodes) {
      const { contacted } = node.engine.overlays()[0]!.candidates;
      assert.equal(contacted, NODES - 1, `world ${seed}, ${node.name}`);
    }
  }
});
