import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock, WALL_ORIGIN_MS } from "../../../node/testing/clock.ts";
import { EventQueue } from "../../../node/testing/queue.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Wake } from "../../../node/testing/wake.ts";

test("events come out by time, and by insertion among equals, whatever is mixed in", () => {
  const random = new SeededRandom(1, "queue");
  const queue = new EventQueue<{ time: number; order: number }>();
  let model: { time: number; order: number }[] = [];
  for (let order = 0; order < 5_000; order++) {
    const event = { time: random.below(50), order };
    queue.push(event.time, event);
    model.push(event);
    if (random.float() < 0.4) {
      const first = model.reduce((a, b) => (b.time < a.time ? b : a));
      assert.equal(queue.nextTime, first.time);
      assert.equal(queue.pop(), first);
      model = model.filter((other) => other !== first);
    }
  }
  model.sort((a, b) => a.time - b.time || a.order - b.order);
  for (const event of model) assert.equal(queue.pop(), event);
  assert.equal(queue.pop(), undefined);
  assert.equal(queue.nextTime, Infinity);
  assert.equal(queue.size, 0);
  assert.throws(() => queue.push(NaN, { time: NaN, order: 0 }), RangeError);
});

test("virtual time jumps to each event and ends where it was told", () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const note = { fire: () => void seen.push(clock.now) };
  clock.at(30, note);
  clock.at(10, { fire: () => clock.at(5, note) });
  clock.at(100.5, note);
  clock.advance(100);
  assert.deepEqual(seen, [10, 30], "a time in the past is now");
  assert.equal(clock.now, 100);
  assert.equal(clock.planned, 1);
  clock.advance(101.5);
  assert.deepEqual(seen, [10, 30, 100.5]);
  assert.equal(clock.wall, WALL_ORIGIN_MS + 101);
  clock.advance(1);
  assert.equal(clock.now, 101.5, "time never goes back");
});

test("a wake-up happens at the last deadline named, once", () => {
  const clock = new VirtualClock();
  const woken: number[] = [];
  const wake = new Wake(clock, () => void woken.push(clock.now));
  wake.arm(50);
  wake.arm(20);
  wake.arm(70);
  clock.advance(60);
  assert.deepEqual(woken, []);
  clock.advance(200);
  assert.deepEqual(woken, [70]);
  wake.arm(100);
  clock.advance(200);
  assert.deepEqual(woken, [70, 200], "a deadline in the past is now");
  wake.arm(300);
  wake.cancel();
  wake.arm(Infinity);
  clock.advance(1_000);
  assert.deepEqual(woken, [70, 200]);
  wake.arm(1_500);
  wake.arm(1_200);
  wake.arm(1_500);
  clock.advance(2_000);
  assert.deepEqual(woken, [70, 200, 1_500]);
});

test("a deadline that stands still is an error, not an endless loop", () => {
  const clock = new VirtualClock();
  const wake: Wake = new Wake(clock, () => wake.arm(0));
  wake.arm(10);
  assert.throws(() => clock.advance(20), /stands still/);
});
