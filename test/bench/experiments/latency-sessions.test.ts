import assert from "node:assert/strict";
import { test } from "node:test";
import { Sessions } from "../../../bench/experiments/latency-sessions.ts";
import { World } from "../../../node/testing/world.ts";

const HOUR_MS = 3_600_000;

test("a bundle can come when receiver and holder are both there, and not before it is made", () => {
  const world = new World({ seed: "sessions" });
  const overlay = world.overlay();
  const nodes = [1, 2, 3, 4].map(() => world.addNode({ overlay, startMs: Infinity }));
  const sessions = new Sessions(world, nodes, 10);
  const atMs = 2 * HOUR_MS;
  const met = sessions.meetings(nodes[0]!, atMs);
  assert.equal(met.get(nodes[0]!), atMs);
  assert.equal(met.size, nodes.length, "in eighteen hours all meet somebody who has it");
  for (const time of met.values()) assert.ok(time >= atMs, `${time}`);
  const late = sessions.meetings(nodes[0]!, sessions.endMs);
  assert.deepEqual([...late.keys()], [nodes[0]], "nobody is there any more");
});
