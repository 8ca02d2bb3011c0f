import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePivot, drawPivot } from "../../../../node/sync/filter/pivot.ts";
import { countIn, everything, walkSubset } from "../../../../node/sync/subset.ts";
import { Effort } from "../../../../node/net/work.ts";
import { ChunkedIndex } from "../../../../node/store/held-index.ts";
import type { Random } from "../../../../wire/crypto.ts";
import type { Subset } from "../../../../wire/message.ts";
import { each, randomHeld, seeded, upTo } from "../fixtures.ts";

function indexOf(times: Iterable<number>): ChunkedIndex {
  const random = seeded(1);
  const index = new ChunkedIndex();
  for (const time of times) index.add(randomHeld(time, random));
  return index;
}

type Way = "up" | "down";

/** A source whose first draw makes `pivot` of `clock` and whose second prefers a way; what follows is seeded. */
function aimed(pivot: number, clock: number, way: Way): Random {
  // Half a step more than the distance, so that rounding cannot miss it.
  const exponential = 1 - Math.exp(-((clock - pivot + 0.5) * 2) / clock);
  const script = [exponential, way === "up" ? 0.999 : 0];
  const rest = seeded(pivot);
  return { ...rest, float: () => script.shift() ?? rest.float() };
}

function rangeAt(index: ChunkedIndex, pivot: number, capacity: number, way: Way): [number, number] {
  const clock = 1_000;
  const random = aimed(pivot, clock, way);
  const { low, high, ...rest } = choosePivot(index, clock, capacity, clock + 10_000, random);
  assert.deepEqual(rest, { modulo: 1, offset: 0, idBits: 0, idPrefix: 0 });
  return [low, high];
}

test("pivots are the clock less an exponential draw with half of it as mean, the rest uniform", () => {
  const random = seeded(2);
  const clock = 100_000;
  const draws = 100_000;
  const bins = 20;
  const observed = Array.from({ length: bins }, () => 0);
  let belowRange = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const pivot = drawPivot(clock, random);
    if (pivot < 1 || pivot > clock || !Number.isInteger(pivot)) belowRange += 1;
    observed[Math.floor(((clock - pivot) * bins) / clock)]! += 1;
  }
  assert.equal(belowRange, 0);
  let chiSquare = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const exponential = Math.exp((-2 * bin) / bins) - Math.exp((-2 * (bin + 1)) / bins);
    const expected = draws * (exponential + Math.exp(-2) / bins);
    chiSquare += (observed[bin]! - expected) ** 2 / expected;
  }
  // 19 degrees of freedom: 43.8 is passed once in 1,000 seeds.
  assert.ok(chiSquare < 43.8, `chi-square ${chiSquare}`);
});

test("pivots of the smallest clocks are in range", () => {
  const random = seeded(3);
  for (const clock of [1, 2, 3]) {
    const seen = new Set(Array.from({ length: 200 }, () => drawPivot(clock, random)));
    assert.deepEqual([...seen].sort(), [...upTo(clock)]);
  }
});

test("a store of at most one filter is offered whole", () => {
  for (const held of [0, 1, 100]) {
    const subset = choosePivot(indexOf(upTo(held)), held, 100, 10_100, seeded(4));
    assert.deepEqual(subset, everything(10_100));
  }
});

test("windows of a store with one bundle per time, worked by hand", () => {
  const index = indexOf(upTo(1_000));
  for (const [pivot, way, low, high] of [
    [500, "up", 500, 599],
    [500, "down", 401, 500],
    // Less than a filter above: no other way. 51 above, 49 more from below, and open to what is newer.
    [950, "up", 901, 11_000],
    [950, "down", 901, 11_000],
    [1_000, "down", 901, 11_000],
    // 76 above are 24 short, which is not worth a top-up; 74 are.
    [925, "down", 925, 11_000],
    [927, "down", 901, 11_000],
    // 30 below and 70 more from above; 80 below are not topped up.
    [30, "up", 30, 129],
    [30, "down", 1, 100],
    [80, "down", 1, 80],
    [1, "down", 1, 100],
  ] as const) {
    assert.deepEqual(rangeAt(index, pivot, 100, way), [low, high], `${way} from ${pivot}`);
  }
});

test("windows are counted in bundles, however many global times those take", () => {
  // Ten times sparser below 500 than above.
  const index = indexOf([...upTo(1_000)].filter((time) => time >= 500 || time % 10 === 0));
  // 11 of the dense part and 39 of the sparse, down to the next one left out.
  assert.deepEqual(rangeAt(index, 510, 50, "down"), [101, 510]);
  assert.deepEqual(rangeAt(index, 510, 50, "up"), [510, 559]);
});

test("a way is taken in proportion to the time it spans", () => {
  const index = indexOf([...upTo(1_000)].filter((time) => time >= 500 || time % 10 === 0));
  const draws = 4_000;
  let down = 0;
  for (let i = 0; i < draws; i += 1) {
    const script = [1 - Math.exp(-(490.5 * 2) / 1_000), i / draws];
    const random = { ...seeded(i), float: () => script.shift() ?? 0 };
    if (choosePivot(index, 1_000, 50, 11_000, random).high === 510) down += 1;
  }
  // 409 against 49.
  assert.ok(Math.abs(down / draws - 409 / 458) < 0.001, `${down}`);
});

test("a gap beside the window is asked about", () => {
  const index = indexOf([...upTo(300)].map((i) => i * 3));
  // 100 from 450 on are 450 to 747; 748 and 749 are unknown to us, 750 is left out.
  assert.deepEqual(rangeAt(index, 450, 100, "up"), [450, 749]);
  assert.deepEqual(rangeAt(index, 449, 100, "up"), [449, 749]);
  assert.deepEqual(rangeAt(index, 449, 100, "down"), [148, 449]);
});

test("a global time is never split", () => {
  // Seven bundles at every time: 14 times fit into 100.
  const times = [...upTo(300)].flatMap((time) => Array.from({ length: 7 }, () => time));
  const index = indexOf(times);
  assert.deepEqual(rangeAt(index, 150, 100, "up"), [150, 163]);
  assert.deepEqual(rangeAt(index, 150, 100, "down"), [137, 150]);
});

test("an upward side cut short by a large group is not all there is", () => {
  // Above 600 stand 60 single ones, then a group of 90 that does not fit with them.
  const times = [...upTo(660)].flatMap((time) =>
    Array.from({ length: time === 660 ? 90 : 1 }, () => time),
  );
  const index = indexOf([...times, 700, 800, 900]);
  // 600 to 659 and 40 from below, 100 in all. The end stays closed, for more is known above.
  assert.deepEqual(rangeAt(index, 600, 100, "up"), [560, 659]);
  // And there was a choice.
  assert.deepEqual(rangeAt(index, 600, 100, "down"), [501, 600]);
});

test("windows fit a filter and stay within what is acceptable", () => {
  const random = seeded(5);
  for (let round = 0; round < 100; round += 1) {
    const span = 1 + random.below(3_000);
    const index = indexOf(
      Array.from({ length: random.below(3_000) }, () => 1 + Math.floor(span * random.float() ** 2)),
    );
    const capacity = 30 + random.below(400);
    const acceptable = random.below(4) === 0 ? 1 + random.below(span) : span + 10_000;
    const subset = choosePivot(index, span, capacity, acceptable, random);
    assert.ok(1 <= subset.low && subset.low <= subset.high && subset.high <= acceptable);
    if (subset.idBits > 0) continue;
    // What is acceptable may fall below what is held; only then is a window clamped to a piece.
    const count = countIn(index, subset);
    assert.ok(count <= capacity, `${count} > ${capacity}`);
    if (acceptable > span && index.size > 0) assert.ok(count > 0);
  }
});

/** How many offers until every held bundle was part of one; more than `limit` fails. */
function offersToCover(
  index: ChunkedIndex,
  clock: number,
  capacity: number,
  limit: number,
): number {
  const random = seeded(6);
  const seen = new ChunkedIndex();
  for (let offers = 1; offers <= limit; offers += 1) {
    const subset: Subset = choosePivot(index, clock, capacity, clock + 10_000, random);
    let count = 0;
    const visit = each((globalTime, w0, w1, w2, w3) => {
      seen.add({ globalTime, w0, w1, w2, w3 });
      count += 1;
      return true;
    });
    walkSubset(index, subset, new Effort(Infinity), visit);
    // A part of a divided group is within chance of its expected share.
    assert.ok(count <= capacity * 1.15, `${count}`);
    if (seen.size === index.size) return offers;
  }
  return assert.fail(`${seen.size} of ${index.size} covered`);
}

test("a group of 5,000 at one global time is offered in parts, alone and among others", () => {
  const group = Array.from({ length: 5_000 }, () => 4_000);
  offersToCover(indexOf(group), 4_000, 1_059, 100);
  offersToCover(indexOf([...upTo(10_000), ...group]), 10_000, 1_059, 2_000);
});

test("every part of a store comes to be offered", () => {
  offersToCover(indexOf(upTo(20_000)), 20_000, 1_059, 1_000);
});
