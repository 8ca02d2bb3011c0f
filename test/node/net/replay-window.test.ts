import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, integer, property } from "fast-check";
import { ReplayWindow, WINDOW_DATAGRAMS } from "../../../node/net/replay-window.ts";

test("each datagram counts once, in whatever order it comes within the window", () => {
  const step = integer({ min: -WINDOW_DATAGRAMS, max: 3 * WINDOW_DATAGRAMS });
  const rule = property(array(step, { maxLength: 300 }), (steps) => {
    const window = new ReplayWindow();
    const came = new Set<number>();
    let newest = 0;
    for (const ahead of steps) {
      const counter = Math.max(0, newest + ahead);
      const isInside = came.size === 0 || counter > newest - WINDOW_DATAGRAMS;
      assert.equal(window.accepts(counter), isInside && !came.has(counter), `${counter}`);
      if (!isInside || came.has(counter)) continue;
      window.came(counter);
      came.add(counter);
      newest = Math.max(newest, counter);
    }
  });
  check(rule, { numRuns: 300 });
});

test("the highest counters are like any other", () => {
  const window = new ReplayWindow();
  for (const counter of [2 ** 32 - 2, 2 ** 32 - 1]) {
    assert.ok(window.accepts(counter));
    window.came(counter);
    assert.ok(!window.accepts(counter));
  }
  assert.ok(window.accepts(2 ** 32 - 3));
});
