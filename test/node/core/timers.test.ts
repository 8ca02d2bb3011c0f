import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Timers } from "../../../node/core/timers.ts";
import { SeededRandom } from "../../../bench/sim/random.ts";

describe("timers", () => {
  it("run by time, and in the order of planning among equals", () => {
    const random = new SeededRandom(1, "timers");
    const timers = new Timers();
    const ran: [number, number][] = [];
    for (let i = 0; i < 1_000; i++) {
      const at = random.below(50);
      timers.plan(at, () => ran.push([at, i]));
    }
    timers.run(100);
    const sorted = [...ran].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    assert.equal(ran.length, 1_000);
    assert.deepEqual(ran, sorted);
  });

  it("leave out the cancelled and those still to come", () => {
    const timers = new Timers();
    const ran: string[] = [];
    timers.plan(10, () => ran.push("kept"));
    timers.plan(5, () => ran.push("cancelled")).cancelled = true;
    timers.plan(20, () => ran.push("later"));
    assert.equal(timers.deadline(), 10);
    timers.run(10);
    assert.deepEqual(ran, ["kept"]);
    assert.equal(timers.deadline(), 20);
  });

  it("run what a timer plans for the same moment", () => {
    const timers = new Timers();
    const ran: string[] = [];
    timers.plan(1, () => timers.plan(1, () => ran.push("second")));
    timers.run(1);
    assert.deepEqual(ran, ["second"]);
    assert.equal(timers.deadline(), Infinity);
  });
});
