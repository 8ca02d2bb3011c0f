import assert from "node:assert/strict";
import { test } from "node:test";
import { Load } from "../../../../node/sync/fresh/load.ts";

/** Longer than new bundles are counted over. */
const LONG_MS = 20_000;

/** The load after so many bundles a second were written for a while, evenly, and when it ends. */
function afterWriting(perSecond: number, contacts = 20): { load: Load; endMs: number } {
  const load = new Load();
  load.hear(contacts);
  let ms = 0;
  for (; ms < LONG_MS; ms += 1_000 / perSecond) load.count(1, ms);
  return { load, endMs: ms };
}

function interval(perSecond: number, contacts?: number): number {
  const { load, endMs } = afterWriting(perSecond, contacts);
  return load.intervalMs(endMs);
}

test("contacts are told less often where more is written, and never less than once a second", () => {
  assert.equal(interval(1), 100, "one bundle a second: as often as can be");
  const [some, many] = [interval(5), interval(8)];
  assert.ok(some > 400 && some < many, `in proportion: ${some} and ${many} ms`);
  assert.equal(interval(30), 1_000, "thirty a second");
});

test("who has few contacts tells them as soon where as much is written", () => {
  assert.equal(interval(5, 4), 100, "four contacts");
  assert.equal(interval(5, 8), interval(2, 20), "as many notices in a second, as long an interval");
});

test("contacts are told as often as before once little is written", () => {
  const { load, endMs } = afterWriting(30);
  assert.equal(load.waitMs(endMs), 900, "at once after it");
  assert.equal(load.waitMs(endMs + LONG_MS), 0, "a while later");
});
