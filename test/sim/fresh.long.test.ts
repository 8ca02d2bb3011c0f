import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { at, delays } from "./delays.ts";

/** Everybody has a full table of contacts by then. */
const ACQUAINTANCE_MS = 60_000;
const OFF: Profile = { ...ADAPTIVE, fresh: false };

function setUp(nodes: number, profile: Profile, seed = "fresh"): World {
  const world = new World({ seed });
  const overlay = world.overlay();
  const seeds = [world.addTracker()];
  for (let i = 0; i < nodes; i++) {
    world.addNode({ overlay, founder: i === 0, seeds, profile, startMs: i * 50 });
  }
  world.run(ACQUAINTANCE_MS);
  assert.ok(world.allHold(1), "all hold the policy");
  return world;
}

function bundlesSent(world: World): number {
  return world.nodes.reduce(
    (sum, { engine }) => sum + (engine.counters.get("bundles sent") ?? 0),
    0,
  );
}

describe("a new bundle among 50 nodes", () => {
  const NODES = 50;
  const BUNDLES = 4;

  for (const [loss, mostMs] of [
    [0, 2_000],
    [0.1, 4_000],
  ] as const) {
    test(`is with 99 % of them within ${mostMs} ms at ${loss * 100} % loss, once`, () => {
      const world = setUp(NODES, ADAPTIVE);
      world.network.linkRule = () => ({ ...DEFAULT_LINK, loss });
      const before = bundlesSent(world);
      const found = delays(world, BUNDLES, 5_000, 5_000);
      assert.ok(at(found, 0.99) <= mostMs, `${at(found, 0.99)} ms`);
      const copies = (bundlesSent(world) - before) / (NODES * BUNDLES);
      assert.ok(copies <= 1.5, `${copies} copies to each node`);
    });
  }

  test("is not, where only its author sends it", () => {
    const found = delays(setUp(NODES, OFF), BUNDLES, 5_000, 5_000);
    assert.ok(at(found, 0.99) > 2_000, `${at(found, 0.99)} ms`);
  });
});

describe("an ephemeral message among 50 nodes", () => {
  const NODES = 50;

  /** Sends one, and tells who was shown it. */
  function say(world: World): Map<SimNode, number> {
    const shown = new Map<SimNode, number>();
    for (const node of world.nodes) {
      node.onEvent((event) => {
        if (event.event !== "ephemeral") return;
        assert.ok(!shown.has(node), "it is shown once");
        shown.set(node, world.now);
      });
    }
    const payload = Buffer.from("typing ...");
    world.nodes[3]!.publish([{ content: { kind: "ephemeral", payload } }]);
    return shown;
  }

  for (const [loss, mostMs] of [
    [0, 2_000],
    [0.1, 4_000],
  ] as const) {
    test(`is shown by 99 % of them within ${mostMs} ms at ${loss * 100} % loss`, () => {
      const world = setUp(NODES, ADAPTIVE);
      world.network.linkRule = () => ({ ...DEFAULT_LINK, loss });
      const shown = say(world);
      world.runFor(mostMs);
      assert.ok(shown.size >= NODES * 0.99, `${shown.size} of ${NODES}`);
    });
  }

  test("stands in no store and no offer, moves no clock, and goes over no path twice", () => {
    const world = setUp(NODES, ADAPTIVE);
    const clocks = world.nodes.map(({ memberships }) => memberships[0]!.store.clock);
    const paths = new Set<string>();
    world.network.tampering = (bytes, from, to) => {
      const read = world.decode(bytes);
      if ("rejected" in read) return bytes;
      const { message } = read;
      assert.ok(message.kind !== "notice", "nobody is told of it, nor says that it came");
      if (message.kind !== "bundles") return bytes;
      const path = `${from.address.key} ${to.key}`;
      assert.ok(!paths.has(path), "nothing is sent again");
      assert.ok(message.token !== undefined && message.identifier === undefined, "nor offered");
      paths.add(path);
      return bytes;
    };
    const shown = say(world);
    world.runFor(30_000);
    assert.equal(shown.size, NODES);
    assert.ok(world.allHold(1), "nothing but the policy is held");
    assert.deepEqual(
      world.nodes.map(({ memberships }) => memberships[0]!.store.clock),
      clocks,
    );
  });

  test("is not published where the profile has none", () => {
    const world = setUp(NODES, { ...ADAPTIVE, ephemeral: false });
    const shown = say(world);
    world.runFor(5_000);
    assert.equal(shown.size, 0);
  });
});
