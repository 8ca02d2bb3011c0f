import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";

const NODES = 4;
const MINUTE_MS = 60_000;
const MOST_PAUSE_MS = 20_000;

/** Global times that a node holds. */
function timesOf({ memberships }: SimNode): number[] {
  const times: number[] = [];
  memberships[0]!.store.index.ascend(0, (globalTime) => {
    times.push(globalTime);
    return true;
  });
  return times;
}

/** Writes bundles in turns; returns each one's time, and the times of those that its author held before. */
function write(world: World, nodes: SimNode[], turns: { author: number; pauseMs: number }[]) {
  const seen = new Map<string, number[]>();
  const written: { time: number; seen: number[] }[] = [];
  for (const node of nodes) {
    node.onEvent((event) => {
      if (event.event !== "published") return;
      const before = seen.get(`${node.name} ${event.reference}`) ?? [];
      for (const { header } of event.bundles)
        written.push({ time: header.globalTime, seen: before });
    });
  }
  for (const { author, pauseMs } of turns) {
    world.run(world.now + pauseMs);
    const node = nodes[author]!;
    const held = timesOf(node);
    seen.set(`${node.name} ${world.publish(node)}`, held);
  }
  world.run(world.now + 1_000);
  return written;
}

test("property: what an author had seen is earlier than what it writes; others may write at the same time", () => {
  let ties = 0;
  const turn = fc.record({ author: fc.nat(NODES - 1), pauseMs: fc.nat(MOST_PAUSE_MS) });
  const turns = fc.array(turn, { minLength: 10, maxLength: 30 });
  const property = fc.property(fc.nat(), fc.constantFrom(0, 0.3), turns, (seed, loss, turns) => {
    const link = { loss, duplication: 0.2, jitterMs: 2_000 };
    const world = new World({ seed, link });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true });
    const others = Array.from({ length: NODES - 1 }, () =>
      world.addNode({ overlay, seeds: [founder] }),
    );
    assert.ok(
      world.runUntil(() => world.allHold(1), 10 * MINUTE_MS),
      "all know who may write",
    );
    const written = write(world, [founder, ...others], turns);
    assert.equal(written.length, turns.length);
    for (const { seen, time } of written) {
      assert.ok(
        seen.every((earlier) => earlier < time),
        `${time} after ${Math.max(...seen)}`,
      );
    }
    ties += written.length - new Set(written.map(({ time }) => time)).size;
  });
  fc.assert(property, { numRuns: 6 });
  assert.ok(ties > 0, "what two write who have not heard of each other may tie");
});
