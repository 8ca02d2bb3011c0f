import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../../wire/bytes.ts";
import { type SimNode, World } from "../../../node/testing/index.ts";

/** Three who have met: one behind a NAT device, two in a home behind two of them. */
function threeNodes() {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const tracker = world.addTracker();
  const street = world.addLan("adf");
  const home = world.addLan("eif", { outer: street });
  const founder = world.addNode({ overlay, founder: true, nat: "apdf", seeds: [tracker] });
  const inHome = [1, 2].map(() => world.addNode({ overlay, lan: home, seeds: [tracker] }));
  world.runFor(10_000);
  return { world, tracker, founder, inHome };
}

function payloads(world: World, node: SimNode): string[] {
  return world.bundles(node, { dataOnly: true }).map(({ header }) => {
    assert.equal(header.content.kind, "data");
    return Buffer.from(header.content.payload).toString();
  });
}

test("a partition keeps parts apart, lets a home talk inside, and ends", () => {
  const { world, tracker, founder, inHome } = threeNodes();
  const [first, second] = inHome as [SimNode, SimNode];
  assert.ok(world.allHold(1), "all hold the policy");
  world.partition([founder], [tracker, first, second]);
  world.publish(founder, [utf8("by the founder")]);
  world.publish(first, [utf8("at home")]);
  world.runFor(30_000);
  assert.deepEqual(payloads(world, founder), ["by the founder"]);
  assert.deepEqual(payloads(world, second), ["at home"]);
  world.heal();
  assert.ok(world.runUntil(() => world.allHold(3), world.now + 60_000));
  assert.deepEqual(payloads(world, founder).toSorted(), ["at home", "by the founder"]);
  assert.equal(world.bundles(founder).length, 3);
});

test("who is in no part of a partition carries bundles from one to the other", () => {
  const { world, tracker, founder, inHome } = threeNodes();
  world.partition([founder], inHome);
  world.publish(founder, [utf8("x")]);
  world.runFor(20_000);
  assert.ok(!world.allHold(2), "a tracker stores nothing");
  world.addNode({ overlay: world.overlay(), seeds: [tracker] });
  assert.ok(world.runUntil(() => world.allHold(2), world.now + 60_000));
});

test("hosts behind one NAT device cannot be in two parts", () => {
  const { world, inHome } = threeNodes();
  assert.throws(() => world.partition(...inHome.map((node) => [node])), RangeError);
});
