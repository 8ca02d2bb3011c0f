import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import type { EngineEvent } from "../../node/core/effects.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { heldOf } from "../../node/sets/held.ts";
import { readBundle, type Bundle, type Draft } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

const MINUTE_MS = 60_000;
const decoder = new TextDecoder();

/** One more state of a topic of which only the newest is kept. */
function state(text: string, topic = "status"): Draft {
  return {
    content: { kind: "data", payload: utf8(text) },
    topic: { name: utf8(topic), keep: 1 },
  };
}

function bundles(world: World, node: SimNode): Bundle[] {
  const { store, config } = node.memberships[0]!;
  const found: Bundle[] = [];
  store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    const wire = store.get({ globalTime, w0, w1, w2, w3 })!;
    const bundle = readBundle(world.crypto, config.key, wire);
    assert.ok(!("rejected" in bundle));
    found.push(bundle);
    return true;
  });
  return found;
}

function texts(world: World, node: SimNode): string[] {
  return world
    .bundles(node)
    .flatMap(({ header: { content } }) =>
      content.kind === "data" ? [decoder.decode(content.payload)] : [],
    );
}

function copyOf(world: World, node: SimNode): MemoryStore {
  const { clock, admitted } = node.memberships[0]!.store;
  const store = new MemoryStore();
  store.apply({ add: bundles(world, node), remove: [], clock, admitted });
  return store;
}

function uses(events: EngineEvent[]): { found: number; again: number }[] {
  return events.flatMap((event) =>
    event.event === "own-key-used" ? [{ found: event.found, again: event.again }] : [],
  );
}

/** A founder, and a node of which a backup was made before it wrote three more states. */
function setUp(seed: string) {
  const world = new World({ seed });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  const lost = world.addNode({ overlay, seeds: [founder], name: "same" });
  world.run(5_000);
  lost.publish([state("before"), state("other", "other")]);
  world.run(world.now + 5_000);
  const store = copyOf(world, lost);
  for (const text of ["1", "2", "3"]) lost.publish([state(text)]);
  world.run(world.now + 10_000);
  assert.deepEqual(texts(world, founder), ["other", "3"]);
  // The same name has the same key.
  const restore = (startMs = world.now): { restored: SimNode; events: EngineEvent[] } => {
    const options = { overlay, seeds: [founder], name: "same", store, startMs };
    const restored = world.addNode(options);
    const events: EngineEvent[] = [];
    restored.onEvent((event) => events.push(event));
    return { restored, events };
  };
  return { world, founder, lost, restore };
}

describe("bundles by our own key that we did not make", () => {
  test("are said, and what they supersede of what we wrote since is written again", () => {
    const { world, founder, lost, restore } = setUp("restored");
    lost.stop();
    const { restored, events } = restore();
    restored.publish([state("after")]);
    world.run(world.now + 5 * MINUTE_MS);
    for (const node of [founder, restored]) {
      assert.deepEqual(texts(world, node), ["other", "after"]);
    }
    assert.deepEqual(uses(events), [{ found: 1, again: 1 }]);
    assert.equal(restored.engine.overlays()[0]!.ownKeyUsed, 1);
  });

  test("supersede what the backup had, which was shared long ago", () => {
    const { world, founder, lost, restore } = setUp("old");
    lost.stop();
    const { restored, events } = restore();
    world.run(world.now + 5 * MINUTE_MS);
    for (const node of [founder, restored]) assert.deepEqual(texts(world, node), ["other", "3"]);
    assert.deepEqual(uses(events), [{ found: 1, again: 0 }]);
    restored.publish([state("after")]);
    world.run(world.now + MINUTE_MS);
    assert.deepEqual(texts(world, founder), ["other", "after"]);
  });

  test("of two machines with one key come to an end", () => {
    const { world, founder, lost, restore } = setUp("twice");
    const { restored, events } = restore();
    const rounds = 10;
    for (let i = 0; i < rounds; i++) {
      lost.publish([state(`lost ${i}`)]);
      restored.publish([state(`restored ${i}`)]);
      world.run(world.now + 20_000);
    }
    world.run(world.now + 5 * MINUTE_MS);
    const [last, clock] = [texts(world, founder), founder.memberships[0]!.store.clock];
    assert.equal(last.length, 2);
    for (const node of [lost, restored]) assert.deepEqual(texts(world, node), last);
    const again = [lost, restored].reduce((sum, { engine }) => {
      return sum + (engine.counters.get("bundles of ours written again") ?? 0);
    }, 0);
    assert.ok(again <= 2 * rounds, `${again} written again`);
    assert.ok(uses(events).length > 0);
    world.run(world.now + 10 * MINUTE_MS);
    assert.equal(founder.memberships[0]!.store.clock, clock, "nobody writes by itself any more");
  });

  test("are none where a node made them itself, before it was started again", () => {
    const { world, lost } = setUp("restarted");
    const events: EngineEvent[] = [];
    lost.onEvent((event) => events.push(event));
    lost.crash();
    lost.start();
    lost.publish([state("after")]);
    world.run(world.now + 5 * MINUTE_MS);
    assert.deepEqual(uses(events), []);
    const { store } = lost.memberships[0]!;
    assert.ok(
      bundles(world, lost).every(({ header, id }) => {
        return store.index.has(heldOf(header.globalTime, id));
      }),
    );
  });
});
