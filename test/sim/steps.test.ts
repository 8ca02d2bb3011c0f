import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILES } from "../../node/core/profile.ts";
import { World } from "../../node/testing/world.ts";

const STEP_MS = 5_000;
const LOOK_MS = 10;
const SETTLED_MS = 60_000;
const STEPS = 240;

/** When the second of two nodes took its steps, after its start. */
function stepsOf(world: World): number[] {
  const overlay = world.overlay();
  const profile = PROFILES.dispersy;
  const first = world.addNode({ overlay, founder: true, profile });
  const node = world.addNode({ overlay, seeds: [first], profile });
  world.run(SETTLED_MS);
  const times: number[] = [];
  let before = node.engine.counters.get("steps")!;
  while (world.now < SETTLED_MS + STEPS * STEP_MS) {
    world.run(world.now + LOOK_MS);
    const now = node.engine.counters.get("steps")!;
    if (now > before) times.push(world.now);
    before = now;
  }
  return times;
}

test("a step comes every 5 s on the average, and none just 5 s after the one before", () => {
  const times = stepsOf(new World({ seed: 1 }));
  assert.ok(Math.abs(times.length - STEPS) <= 1, `${times.length} steps of ${STEPS}`);
  const late = times.map((time) => time % STEP_MS);
  const turn = Math.min(...late.filter((ms) => ms + STEP_MS - Math.max(...late) > STEP_MS / 2));
  const jitters = times.map((time) => (time - turn + STEP_MS) % STEP_MS);
  assert.ok(Math.max(...jitters) <= STEP_MS / 10, `${Math.max(...jitters)} ms after its turn`);
  const mean = jitters.reduce((sum, ms) => sum + ms, 0) / jitters.length;
  assert.ok(mean > STEP_MS / 25 && mean < STEP_MS / 15, `${mean} ms after its turn on the average`);
  const again = jitters.filter((ms, i) => ms === jitters[i - 1]).length;
  assert.ok(again < STEPS / 10, `${again} steps as late as the one before`);
});

test("a lost datagram costs a step and no more: steps go on as before", () => {
  const [sound, lossy] = [0, 0.6].map((loss) => stepsOf(new World({ seed: 2, link: { loss } })));
  assert.ok(Math.abs(lossy!.length - sound!.length) <= 1, `${lossy!.length}, ${sound!.length}`);
});
