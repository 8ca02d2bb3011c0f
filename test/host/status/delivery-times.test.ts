import assert from "node:assert/strict";
import { test } from "node:test";
import { DeliveryTimes } from "../../../node/host/status/delivery-times.ts";
import { utf8 } from "../../../wire/bytes.ts";
import { openNode, payloads, until } from "../support.ts";

const NOW_MS = Date.UTC(2030, 0, 1);
const OVERLAY = "overlay";
/** Each is looked at. */
const APART_MS = 100;

function heard(delaysMs: readonly number[], era = 1): DeliveryTimes {
  const times = new DeliveryTimes();
  times.came(OVERLAY, { wallMs: NOW_MS, era, written: () => NOW_MS - 1 });
  delaysMs.forEach((delay, i) => {
    const wall = NOW_MS + 1_000_000 + i * APART_MS;
    times.came(OVERLAY, { wallMs: wall, era, written: () => wall - delay });
  });
  return times;
}

test("the median and the 99 % of what came, and of how many", () => {
  assert.equal(new DeliveryTimes().told(), null);
  const delays = Array.from({ length: 200 }, (_, i) => i + 1);
  assert.deepEqual(heard(delays).told(), { p50Ms: 100, p99Ms: 198, bundles: 200 });
  assert.deepEqual(heard([7]).told(), { p50Ms: 7, p99Ms: 7, bundles: 1 });
});

test("of the newest: what was slow once is forgotten", () => {
  const delays = Array.from({ length: 2_000 }, (_, i) => (i < 500 ? 9_000 : 5));
  assert.deepEqual(heard(delays).told(), { p50Ms: 5, p99Ms: 5, bundles: 1_024 });
});

test("not of what was missed: before the start, during a sleep, in another network", () => {
  const times = heard([]);
  const later = NOW_MS + 60_000;
  const came = (ms: number, era: number, written?: number, overlay = OVERLAY): void =>
    times.came(overlay, { wallMs: later + ms, era, written: () => written });
  came(0, 1, NOW_MS - 1);
  came(APART_MS, 1);
  assert.equal(times.told(), null);
  came(2 * APART_MS, 2, later);
  assert.equal(times.told(), null, "it woke up at last then");
  came(3 * APART_MS, 2, later + 2 * APART_MS, "another overlay");
  assert.equal(times.told(), null, "it joined at last then");
  came(5 * APART_MS, 2, later + 4 * APART_MS);
  assert.deepEqual(times.told(), { p50Ms: APART_MS, p99Ms: APART_MS, bundles: 1 });
});

test("a clock that is ahead makes no delay less than none", () => {
  assert.deepEqual(heard([-5_000]).told(), { p50Ms: 0, p99Ms: 0, bundles: 1 });
});

test("at most fifty a second are opened for it", () => {
  const times = heard([]);
  let opened = 0;
  for (let ms = 0; ms < 1_000; ms++) {
    const written = (): undefined => void opened++;
    times.came(OVERLAY, { wallMs: NOW_MS + 20 + ms, era: 1, written });
  }
  assert.equal(opened, 50);
});

test("a node tells it of what others write in a private overlay while it is there, and not of its own", async (t) => {
  const [a, b] = [await openNode(t), await openNode(t)];
  await a.createOverlay();
  const early = await a.put(undefined, [utf8("written before b was there")]);
  await b.join(a.ticket());
  await until("b has it", () => payloads(b).length === early.length);
  await b.put(undefined, [utf8("its own")]);
  assert.equal(b.status().delivery, null);
  // Whatever comes within twenty milliseconds is looked at once.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await a.put(undefined, [utf8("live")]);
  await until("b has that too", () => payloads(b).length === 3);
  assert.equal(b.status().delivery?.bundles, 1);
  assert.ok(b.status().delivery!.p50Ms < 30_000, "in milliseconds, of two clocks that agree");
});
