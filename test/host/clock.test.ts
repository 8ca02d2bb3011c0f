import assert from "node:assert/strict";
import { test } from "node:test";
import { hasJumped } from "../../node/host/clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const before = { now: 5_000, wall: 1_700_000_000_000 };

/** Both clocks, one second of life after `before`. */
function later(wallJumpMs: number, monotonicJumpMs = 0) {
  return {
    now: before.now + 1_000 + monotonicJumpMs,
    wall: before.wall + 1_000 + wallJumpMs,
  };
}

for (const jump of [0, 1_000, -1_000, 29_000, -29_000]) {
  test(`a wall clock corrected by ${jump} ms is not a jump`, () => {
    assert.equal(hasJumped(before, later(jump)), false);
  });
}

for (const jump of [31_000, -31_000, HOUR, -HOUR, DAY, -DAY, 50 * 365 * DAY]) {
  test(`a wall clock off by ${jump} ms is a jump`, () => {
    assert.equal(hasJumped(before, later(jump)), true);
  });
}

test("a suspend in which both clocks ran on is a jump", () => {
  assert.equal(hasJumped(before, later(HOUR, HOUR)), true);
});

test("a busy second is no jump", () => {
  assert.equal(hasJumped(before, later(5_000, 5_000)), false);
});
