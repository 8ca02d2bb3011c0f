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

test("who hears from an attacker only, at its start, still asks all whom it remembers", () => {
  // As many as a start asks, each in a /16 of its own; the friend is the oldest whom it remembers.
  const addresses = Array.from({ length: 16 }, (_, i) => Address.of(`60.${i}.0.1`, 6_421)!);
  const heldBy = (triesRemembered: boolean): boolean => {
    const profile = { ...PROFILES.adaptive, triesRemembered };
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const friend = world.addNode({ overlay, founder: true, profile });
    const node = world.addNode({ overlay, profile, startMs: Infinity });
    new Eclipser({ world, overlay, addresses }).attack(node.publicAddress, addresses.length);
    node.memberships[0]!.config.remembered = [...addresses, friend.publicAddress];
    world.run(1_000);
    node.start();
    world.run(2 * MINUTE_MS);
    return world.held(node) === world.held(friend);
  };
  assert.equal(heldBy(true), true, "the friend was asked");
  assert.equal(heldBy(false), false, "without the rule nobody asks the friend");
});

test("a tracker's reply flushes the attackers out of the candidates; without the reset they stay", () => {
  const addresses = Array.from({ length: HOSTILE }, (_, i) => Address.of(`60.${i}.0.1`, 6_421)!);
  const hostileAfterVisit = (resetIntervalMs: number): number => {
    // Trackers often, so that one is visited soon.
    const selection = { trustedShare: 0.5, age: "oldest" } as const;
    const profile = { ...PROFILES.dispersy, resetIntervalMs, selection };
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const tracker = world.addTracker();
    const node = world.addNode({ overlay, founder: true, profile, seeds: [tracker] });
    const eclipser = new Eclipser({ world, overlay, addresses });
    eclipser.attack(node.publicAddress, HOSTILE);
    world.run(2 * MINUTE_MS);
    const answeredMsAgo = (): number => {
      const peers = node.engine.peers(node.overlays[0]!);
      return peers.find((peer) => peer.tracker)?.answeredMsAgo ?? Infinity;
    };
    eclipser.stop();
    assert.ok(
      world.runUntil(() => answeredMsAgo() < 200, world.now + 5 * MINUTE_MS),
      "a visit",
    );
    return node.engine.peers(node.overlays[0]!).filter((peer) => !peer.tracker).length;
  };
  assert.equal(hostileAfterVisit(0), 0, "all are gone");
  assert.ok(hostileAfterVisit(Infinity) > 0, "none is reset");
});
