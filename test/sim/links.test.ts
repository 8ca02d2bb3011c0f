import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isLink } from "../../wire/address-scope.ts";
import { Address } from "../../wire/address.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";

/** Nothing of UDP arrives anywhere. */
function withoutUdp(seed: string): World {
  const world = new World({ seed });
  world.network.cut = () => true;
  return world;
}

function equalSets(world: World, count: number): () => boolean {
  return () => world.allHold(count);
}

const addresses = (node: SimNode): Address[] =>
  node.engine.contacts(node.overlays[0]!).filter((address) => isLink(address));

describe("a link carries what UDP does not", () => {
  test("two nodes with nothing but a pipe between them end with the same set", () => {
    const world = withoutUdp("pipe");
    const overlay = world.overlay();
    const a = world.addNode({ overlay, founder: true });
    const b = world.addNode({ overlay });
    world.run(1_000);
    world.publish(a, 500);
    world.run(2_000);
    world.link(a, b);
    assert.ok(world.runUntil(equalSets(world, 501), 10_000), `${world.held(b)} of 501`);
    world.publish(b, 300);
    assert.ok(world.runUntil(equalSets(world, 801), 20_000), `${world.held(a)} of 801`);
  });

  test("without the link they do not", () => {
    const world = withoutUdp("nothing");
    const overlay = world.overlay();
    const a = world.addNode({ overlay, founder: true });
    const b = world.addNode({ overlay });
    world.run(1_000);
    world.publish(a, 5);
    assert.ok(!world.runUntil(() => world.held(b) > 0, 60_000), "something else carries them");
  });

  test("two that have only links meet through a node that both reach, and nobody is introduced by one", () => {
    const world = withoutUdp("middle");
    const overlay = world.overlay();
    const middle = world.addNode({ overlay, founder: true });
    const a = world.addNode({ overlay });
    const b = world.addNode({ overlay });
    world.run(1_000);
    world.link(a, middle, { isDialled: true });
    world.link(b, middle, { isDialled: true });
    world.run(5_000);
    world.publish(a, 20);
    assert.ok(world.runUntil(equalSets(world, 21), 30_000), `${world.held(b)} of 21`);
    world.runFor(120_000);
    for (const node of [a, b]) {
      assert.equal(node.engine.contacts(node.overlays[0]!).length, 1, "only the middle");
    }
    assert.equal(addresses(middle).length, 2);
    assert.equal(middle.engine.counters.get("introductions made"), undefined);
  });

  test("what goes through a link that is taken away in mid-run is asked for elsewhere", () => {
    const world = new World({ seed: "taken away" });
    const overlay = world.overlay();
    const a = world.addNode({ overlay, founder: true });
    const b = world.addNode({ overlay, seeds: [a] });
    world.run(1_000);
    const link = world.link(a, b, { isDialled: true });
    world.publish(a, 3_000);
    world.runFor(40);
    link.down();
    assert.ok(world.runUntil(equalSets(world, 3_001), 30_000), `${world.held(b)} of 3001`);
    assert.equal(addresses(a).length + addresses(b).length, 0, "a link that is down is no contact");
  });

  test("a node that is reached in three ways gets what is new once, and hears of it by the others", () => {
    const world = new World({ seed: "three ways" });
    const overlay = world.overlay();
    const a = world.addNode({ overlay, founder: true });
    const b = world.addNode({ overlay, seeds: [a] });
    world.run(10_000);
    for (let links = 0; links < 2; links++) world.link(a, b);
    world.runFor(10_000);
    assert.equal(a.engine.contacts(a.overlays[0]!).length, 3, "by UDP and two links");
    const of = (name: "bundles sent" | "sent notice"): number => a.engine.counters.get(name) ?? 0;
    const [sent, notices] = [of("bundles sent"), of("sent notice")];
    for (let i = 0; i < 50; i++) {
      world.publish(a, 1);
      world.runFor(200);
    }
    assert.ok(world.runUntil(equalSets(world, 51), 10_000), `${world.held(b)} of 51`);
    const each = (of("bundles sent") - sent) / 50;
    assert.ok(each < 1.2, `each was sent ${each} times`);
    assert.ok(of("sent notice") - notices >= 50, "who it is is a claim: the others are told");
  });

  test("a link whose both ends are one node is no contact", () => {
    const world = new World({ seed: "itself" });
    const overlay = world.overlay();
    const a = world.addNode({ overlay, founder: true });
    world.run(1_000);
    world.link(a, a);
    world.publish(a, 20);
    world.runFor(60_000);
    assert.equal(a.engine.contacts(a.overlays[0]!).length, 0, "it is nobody else");
    assert.equal(a.engine.counters.get("bundles sent") ?? 0, 0, "nothing is sent");
    assert.ok(
      (a.engine.counters.get("sent introduction-request") ?? 0) <= 3,
      "it does not ask itself again and again",
    );
  });
});
