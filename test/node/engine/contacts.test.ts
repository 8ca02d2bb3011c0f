import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineEvent } from "../../../node/core/effects.ts";
import type { Engine } from "../../../node/engine/engine.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import { World } from "../../../node/testing/world.ts";

const STARTED_MS = 20_000;
const BUNDLES = 200;

type Named<Name extends EngineEvent["event"]> = Extract<EngineEvent, { event: Name }>;

/** What a node has told of these events so far. */
function told<Name extends EngineEvent["event"]>(node: SimNode, name: Name): Named<Name>[] {
  const heard: Named<Name>[] = [];
  node.onEvent((event) => {
    if (event.event === name) heard.push(event as Named<Name>);
  });
  return heard;
}

test("a contact says how it was reached, and how long that took", () => {
  const world = new World({ seed: 1, link: { latencyMs: 40 } });
  const overlay = world.overlay();
  const tracker = world.addTracker();
  world.addNode({ overlay, founder: true, nat: "apdf", seeds: [tracker] });
  const open = world.addNode({ overlay, nat: "open", seeds: [tracker] });
  const ben = world.addNode({ overlay, nat: "apdf", seeds: [tracker, open] });
  const contacted = told(ben, "contacted");
  world.runFor(STARTED_MS);
  const [first] = contacted;
  assert.equal(first?.strategy, "direct");
  assert.equal(first.address.key, open.endpoints[0]!.address.key);
  assert.ok(first.ms >= 80 && first.ms < 1_000, `${first.ms} ms for one question of 80`);
  const punctured = contacted.find(({ strategy }) => strategy === "puncture");
  assert.ok(punctured !== undefined && punctured.ms > 0 && punctured.ms < STARTED_MS);
});

test("whoever catches up is up to date once, and again after more has come", () => {
  const world = new World({ seed: 2, link: { latencyMs: 40 } });
  const overlay = world.overlay();
  const anna = world.addNode({ overlay, founder: true, nat: "open" });
  const payloads = Array.from({ length: BUNDLES }, (_, i) => new TextEncoder().encode(`${i}`));
  world.runFor(1_000);
  world.publish(anna, payloads);
  world.runFor(1_000);
  const ben = world.addNode({ overlay, nat: "apdf", seeds: [anna] });
  const upToDate: number[] = [];
  ben.onEvent(({ event }) => {
    if (event === "up-to-date") upToDate.push(world.bundles(ben, { dataOnly: true }).length);
  });
  world.runFor(STARTED_MS);
  assert.deepEqual(upToDate, [BUNDLES]);
  const [status] = ben.engine.overlays();
  assert.ok(status!.peersHold >= BUNDLES && status!.peersHold <= status!.bundles);
  world.publish(anna, payloads.slice(0, 1));
  world.runFor(STARTED_MS);
  assert.deepEqual(upToDate, [BUNDLES, BUNDLES + 1]);
});

test("the last contact's loss is told once, and whoever comes back is contacted again", () => {
  const world = new World({ seed: 3, link: { latencyMs: 40 } });
  const overlay = world.overlay();
  const anna = world.addNode({ overlay, founder: true, nat: "open" });
  const ben = world.addNode({ overlay, nat: "apdf", seeds: [anna] });
  const alone = told(ben, "alone");
  const contacted = told(ben, "contacted");
  world.runFor(STARTED_MS);
  assert.deepEqual([contacted.length, alone.length], [1, 0]);
  anna.stop();
  world.runFor(300_000);
  assert.deepEqual([contacted.length, alone.length], [1, 1]);
  const engine = ben.engine as Engine;
  const [place] = engine.places(alone[0]!.overlay);
  assert.deepEqual([place?.isNamed, place?.isAsked, place?.liveness], [true, true, "silent"]);
  anna.start();
  world.runFor(300_000);
  assert.deepEqual([contacted.length, alone.length], [2, 1]);
  assert.equal(engine.places(alone[0]!.overlay)[0]?.liveness, "answers");
});
