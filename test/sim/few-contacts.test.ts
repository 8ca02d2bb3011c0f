import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SimNode } from "../../node/testing/node.ts";
import { World, type OverlayKeys } from "../../node/testing/world.ts";
import { PROFILES } from "../../node/core/profile.ts";
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

  test("who was there, and away while more than 10,000 came and went", () => {
    const { world, overlay, seeds } = setUp("away");
    const store = new MemoryStore();
    const policy = makeBundle(world.crypto, overlay.key, overlay.secret, 1, {
      content: { kind: "policy", writers: "open" },
    });
    store.apply({ add: [policy], remove: [], clock: 500, admitted: 500 });
    const back = world.addNode({ overlay, seeds, store });
    world.runUntil(() => holdsAll(world, back), 40 * MINUTE_MS);
    assert.equal(world.held(back), TIMES.length + 1);
  });

  // With 2, 7, 9 and 15 they waited for each other: as witnesses who were behind themselves, and in pairs that the
  // tracker made again and again.
  for (const seed of [0, 2, 7, 9, 15]) {
    test(`nor do three, world ${seed}`, () => {
      const { world, overlay, seeds } = setUp(`three${seed}`);
      const joiners = [1, 2, 3].map(() => world.addNode({ overlay, seeds }));
      world.runUntil(() => joiners.every((node) => holdsAll(world, node)), 6 * MINUTE_MS);
      assert.deepEqual(
        joiners.map((node) => world.held(node)),
        joiners.map(() => TIMES.length + 1),
      );
    });
  }
});

describe("whoever was alone with a liar", () => {
  /** Far beyond what anybody would believe, so that it takes more than time to be believed again. */
  const HUGE = 1_000_000_000_000;

  function eclipsed(seed: string) {
    const { world, overlay, seeds } = setUp(seed);
    const honest = world.hosts[1]!;
    honest.stop();
    const store = new MemoryStore();
    const made = (secret: Uint8Array, time: number, content: Bundle["header"]["content"]): Bundle =>
      makeBundle(world.crypto, overlay.key, secret, time, { content });
    const policy = made(overlay.secret, 1, { kind: "policy", writers: "open" });
    const bomb = made(new Uint8Array(32).fill(9), HUGE, { kind: "data", payload: utf8("bomb") });
    store.apply({ add: [policy, bomb], remove: [], clock: HUGE, admitted: HUGE });
    const liar = world.addNode({ overlay, seeds, store });
    const victim = world.addNode({ overlay, seeds });
    world.run(world.now + 5 * MINUTE_MS);
    return { world, honest, liar, victim };
  }

  test("follows it, and writes what it wrote again for those who know better", () => {
    const { world, honest, liar, victim } = eclipsed("alone");
    const topic = { name: utf8("t"), keep: 1 };
    victim.publish([
      { content: { kind: "data", payload: utf8("a") } },
      { content: { kind: "data", payload: utf8("b") }, topic },
    ]);
    world.run(world.now + MINUTE_MS);
    assert.equal(victim.memberships[0]!.store.clock, HUGE + 2);
    liar.stop();
    honest.start();
    const all = TIMES.length + 1 + 2;
    assert.ok(world.runUntil(() => world.held(honest) === all, world.now + 20 * MINUTE_MS));
    assert.equal(honest.memberships[0]!.store.clock, FORGOTTEN + 2);
    victim.publish([{ content: { kind: "data", payload: utf8("c") }, topic }]);
    assert.ok(
      world.runUntil(
        () => honest.memberships[0]!.store.clock === FORGOTTEN + 3,
        world.now + 10 * MINUTE_MS,
      ),
    );
    assert.equal(world.held(honest), all, "b gave way to c");
  });

  test("who meets an honest one as well follows that one", () => {
    const { world, honest, victim } = eclipsed("not alone");
    assert.equal(victim.memberships[0]!.store.clock, HUGE);
    honest.start();
    world.run(world.now + 5 * MINUTE_MS);
    world.publish(victim);
    assert.ok(
      world.runUntil(
        () => honest.memberships[0]!.store.clock === FORGOTTEN + 1,
        world.now + 10 * MINUTE_MS,
      ),
    );
  });
});
