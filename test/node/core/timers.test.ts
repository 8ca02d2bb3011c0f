import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Alarm, Timers } from "../../../node/core/timers.ts";
import { SeededRandom } from "../../../node/testing/random.ts";

describe("timers", () => {
  it("run by time, and in the order of planning among equals", () => {
    const random = new SeededRandom(1, "timers");
    const timers = new Timers();
    const ran: [number, number][] = [];
    for (let i = 0; i < 1_000; i++) {
      const at = random.below(50);
      timers.plan("x", at, () => ran.push([at, i]));
    }
    timers.run(100);
    const sorted = [...ran].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    assert.equal(ran.length, 1_000);
    assert.deepEqual(ran, sorted);
  });

  it("leave out the cancelled and those still to come", () => {
    const timers = new Timers();
    const ran: string[] = [];
    timers.plan("x", 10, () => ran.push("kept"));
    timers.plan("x", 5, () => ran.push("cancelled")).cancelled = true;
    timers.plan("x", 20, () => ran.push("later"));
    assert.equal(timers.deadline(), 10);
    timers.run(10);
    assert.deepEqual(ran, ["kept"]);
    assert.equal(timers.deadline(), 20);
  });

  it("run what a timer plans for the same moment", () => {
    const timers = new Timers();
    const ran: string[] = [];
    timers.plan("x", 1, () => timers.plan("x", 1, () => ran.push("second")));
    timers.run(1);
    assert.deepEqual(ran, ["second"]);
    assert.equal(timers.deadline(), Infinity);
  });
});

describe("an alarm", () => {
  it("is due at one moment at most: moved, given up, set again", () => {
    const timers = new Timers();
    const ran: number[] = [];
    let now = 0;
    const alarm = new Alarm(timers, "alarm", () => ran.push(now));
    const until = (end: number): void => {
      for (; now <= end; now++) timers.run(now);
    };
    alarm.set(5);
    alarm.set(3);
    assert.deepEqual([alarm.isSet, alarm.at], [true, 3]);
    until(8);
    assert.deepEqual([alarm.isSet, alarm.at], [false, Infinity]);
    alarm.set(12);
    alarm.cancel();
    alarm.set(14);
    alarm.set(Infinity);
    until(20);
    assert.deepEqual(ran, [3]);
    alarm.set(25);
    until(30);
    assert.deepEqual(ran, [3, 25]);
  });

  it("says why the engine woke", () => {
    const timers = new Timers();
    new Alarm(timers, "step", () => undefined).set(1);
    timers.plan("late answer", 1, () => undefined);
    timers.run(1);
    assert.deepEqual(timers.woke, ["step", "late answer"]);
    timers.run(2);
    assert.deepEqual(timers.woke, []);
  });
});
