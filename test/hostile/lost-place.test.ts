import assert from "node:assert/strict";
import { test } from "node:test";
import { Eclipser } from "../../bench/sim/hostile/eclipser.ts";
import { World } from "../../node/testing/world.ts";
import { PROFILES } from "../../node/core/profile.ts";
import { Address } from "../../wire/address.ts";

const MINUTE_MS = 60_000;
/** As many as one walk keeps as contacts, each in a /16 of its own. */
const HOSTILE = 12;

for (const profile of Object.values(PROFILES)) {
  test(`${profile.name}: who has hostile contacts only finds the place again that its user named`, () => {
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const friend = world.addNode({ overlay, founder: true, profile });
    const lan = world.addLan("apdf");
    const node = world.addNode({ overlay, seeds: [friend], profile, lan });
    const addresses = Array.from({ length: HOSTILE }, (_, i) => Address.of(`60.${i}.0.1`, 6_421)!);
    const eclipser = new Eclipser({ world, overlay, addresses });
    world.run(30_000);
    eclipser.attack(friend.publicAddress, HOSTILE);
    world.run(world.now + MINUTE_MS);
    // It is away longer than it stays a candidate, and remembers nobody when it comes back.
    friend.stop();
    world.run(world.now + 5 * MINUTE_MS);
    friend.memberships[0]!.config.remembered = [];
    friend.start();
    world.publish(friend);
    world.run(world.now + 10_000);
    const held = world.held(friend);
    assert.ok(held > 1);
    assert.ok(world.runUntil(() => world.held(node) === held, world.now + 10 * MINUTE_MS));
  });
}
