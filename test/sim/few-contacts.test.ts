import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SimNode } from "../../bench/sim/node.ts";
import { World, type OverlayKeys } from "../../bench/sim/world.ts";
import { PROFILES } from "../../node/profile.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { makeBundle, type Bundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

/** More than twice the slack of 10,000: bundles that expired or were superseded, and that nobody holds any more. */
const FORGOTTEN = 25_000;
/** What is still held: the policy, and data of all ages. */
const TIMES = [5, 3_000, 12_000, 24_990, 25_000];
const MINUTE_MS = 60_000;

/** The store of a node that was there from the beginning. */
function oldStore(world: World, { key, secret }: OverlayKeys): MemoryStore {
  const store = new MemoryStore();
  const made = (globalTime: number, content: Bundle["header"]["content"]): Bundle =>
    makeBundle(world.crypto, key, secret, globalTime, { content });
  const policy = made(1, { kind: "policy", writers: "open" });
  const data = TIMES.map((time) => made(time, { kind: "data", payload: utf8(`${time}`) }));
  store.apply({ add: [policy, ...data], remove: [], clock: FORGOTTEN, admitted: FORGOTTEN });
  return store;
}

/** A tracker, whom everybody names, and somebody who holds what is left of an old overlay. */
function setUp(seed: string) {
  const world = new World({ seed });
  const overlay = world.overlay();
  const tracker = world.addTracker();
  const seeds = [tracker];
  const holder = world.addNode({ overlay, seeds, store: oldStore(world, overlay) });
  return { world, overlay, seeds, holder };
}

const holdsAll = (world: World, node: SimNode): boolean => world.held(node) === TIMES.length + 1;

describe("who joins an old overlay through a tracker, and meets fewer than three address groups", () => {
  for (const profile of Object.values(PROFILES)) {
    test(`${profile.name}: one contact`, () => {
      const { world, overlay, seeds, holder } = setUp("one");
      const joiner = world.addNode({ overlay, seeds, profile });
      world.runUntil(() => holdsAll(world, joiner), 20 * MINUTE_MS);
      assert.equal(world.held(joiner), TIMES.length + 1, `after ${world.now} ms`);
      world.publish(joiner);
      assert.ok(world.runUntil(() => world.held(holder) === TIMES.length + 2, 60 * MINUTE_MS));
      assert.equal(holder.memberships[0]!.store.clock, FORGOTTEN + 1);
    });
  }

  test("two who join at once do not take each other for witnesses", () => {
    const { world, overlay, seeds } = setUp("two");
    const joiners = [1, 2].map(() => world.addNode({ overlay, seeds }));
    world.runUntil(() => joiners.every((node) => holdsAll(world, node)), 20 * MINUTE_MS);
    assert.deepEqual(
      joiners.map((node) => world.held(node)),
      joiners.map(() => TIMES.length + 1),
    );
  });

  test("nor do three", () => {
    const { world, overlay, seeds } = setUp("three");
    const joiners = [1, 2, 3].map(() => world.addNode({ overlay, seeds }));
    world.runUntil(() => joiners.every((node) => holdsAll(world, node)), 20 * MINUTE_MS);
    assert.deepEqual(
      joiners.map((node) => world.held(node)),
      joiners.map(() => TIMES.length + 1),
    );
  });
});
