import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "../../node/testing/world.ts";
import { ADAPTIVE, PROFILES } from "../../node/core/profile.ts";
import { Address } from "../../wire/address.ts";

test("two who know each other find a named node again that was away, however many named trackers are dead", () => {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true, profile: ADAPTIVE });
  const dead = [1, 2, 3].map((i) => Address.of(`198.18.7.${i}`, 6_421)!);
  const first = world.addNode({ overlay, seeds: [founder, ...dead], profile: ADAPTIVE });
  const second = world.addNode({ overlay, seeds: [founder, first, ...dead], profile: ADAPTIVE });
  world.run(60_000);
  founder.stop();
  // Longer than it stays a candidate; and it remembers nobody when it comes back.
  world.run(world.now + 180_000);
  founder.memberships[0]!.config.remembered = [];
  founder.start();
  world.publish(founder);
  world.run(world.now + 90_000);
  for (const node of [first, second]) assert.equal(world.held(node), world.held(founder));
});

for (const profile of Object.values(PROFILES)) {
  test(`${profile.name}: trackers who name nobody, however many, keep nobody from a named node that was away`, () => {
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true, profile });
    const trackers = Array.from({ length: 12 }, () => world.addTracker());
    const node = world.addNode({ overlay, seeds: [founder, ...trackers], profile });
    world.run(60_000);
    founder.stop();
    world.run(world.now + 180_000);
    founder.memberships[0]!.config.remembered = [];
    founder.start();
    world.publish(founder);
    world.run(world.now + 90_000);
    assert.equal(world.held(node), world.held(founder));
  });
}
