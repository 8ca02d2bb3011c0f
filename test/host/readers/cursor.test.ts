import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAhead, formatCursor, parseCursor } from "../../../node/host/readers/cursor.ts";
import { arrivalAt } from "../../../node/host/store/arrivals.ts";

const TAG = "0123abcd";

test("a cursor comes back as it was written", () => {
  for (const waiting of [
    [],
    [1],
    [5, 9, 1_000_000],
    [1_999_999_999_999_998],
    [3, 4, 5, 8, 9, 11, 1_999_999_999_999_997],
  ]) {
    const cursor = { read: 1_999_999_999_999_999, waiting };
    assert.deepEqual(parseCursor(TAG, formatCursor(TAG, cursor)), cursor);
  }
});

test("a cursor before which many wait is short where they came together", () => {
  const many = Array.from({ length: 16_000 }, (_, i) => i + 1 + 1_024 * Math.floor(i / 500));
  const long = formatCursor(TAG, { read: 2_000_000, waiting: many });
  assert.ok(long.length < 300, "runs are short");
  assert.deepEqual(parseCursor(TAG, long).waiting, many);
});

test("what is no cursor, or one of another home, is refused with a sentence", () => {
  const others = [
    "",
    "12",
    "0123abcd",
    "0123abcd.",
    "0123abcd.1.",
    "0123abcd.1.2-",
    "0123abcd.1.z",
    "x".repeat(99),
  ];
  for (const text of others) {
    assert.throws(() => parseCursor(TAG, text), { name: "UserError", exitCode: 2 }, text);
  }
  assert.throws(() => parseCursor(TAG, "aaaaaaaa.1"), { exitCode: 6, message: /another home/ });
});

test("a cursor later than all that is here is taken, unless it is later than the clock too", () => {
  const nowMs = 1_795_000_000_000;
  checkAhead({ read: arrivalAt(nowMs), waiting: [] }, 5, nowMs);
  checkAhead({ read: arrivalAt(nowMs) + 9, waiting: [] }, arrivalAt(nowMs) + 9, nowMs);
  const ahead = { read: arrivalAt(nowMs) + 1, waiting: [] };
  assert.throws(() => checkAhead(ahead, 5, nowMs), { exitCode: 6, message: /later than/ });
});
