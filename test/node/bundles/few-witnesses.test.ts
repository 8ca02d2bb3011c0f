import assert from "node:assert/strict";
import { test } from "node:test";
import { FewWitnesses } from "../../../node/bundles/few-witnesses.ts";

const PATIENCE_MS = 60_000;
const STEP_MS = 5_000;

/** What counts after each of these words, one every STEP_MS. */
function hear(witnesses: FewWitnesses, words: (number | undefined)[], fromMs = 0): number[] {
  return words.map((word, i) => witnesses.hear(word, PATIENCE_MS, fromMs + i * STEP_MS));
}

const times = (count: number, word: number): number[] => Array.from({ length: count }, () => word);

test("what is said for long enough counts, and the least of it", () => {
  const witnesses = new FewWitnesses();
  const heard = hear(witnesses, [...times(6, 500), 400, ...times(6, 500)]);
  assert.deepEqual(heard, [...times(12, 0), 400]);
});

test("less counts at once, more has to wait again, and who climbs is always behind", () => {
  const witnesses = new FewWitnesses();
  hear(witnesses, times(13, 500));
  const second = hear(witnesses, [300, ...times(11, 10 ** 12)], 65_000);
  assert.deepEqual(second, times(12, 300));
  const climbing = Array.from({ length: 12 }, (_, i) => 10 ** 12 + i);
  const third = hear(witnesses, climbing, 125_000);
  assert.ok(third.every((counted, i) => counted < climbing[i]!));
});

test("a short silence changes nothing, a long one ends it", () => {
  const witnesses = new FewWitnesses();
  hear(witnesses, times(13, 500));
  assert.deepEqual(hear(witnesses, [undefined, undefined, 500], 65_000), [0, 0, 500]);
  assert.equal(witnesses.hear(500, PATIENCE_MS, 110_000), 0);
});
