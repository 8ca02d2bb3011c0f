import assert from "node:assert/strict";
import { test } from "node:test";
import { leftByFilter, sum } from "../../bench/analysis/ascent.ts";
import { exchangeBytes, falsePositive, filterModel } from "../../bench/analysis/filter.ts";
import { predictOffers } from "../../bench/analysis/offers.ts";
import { predictPivot } from "../../bench/analysis/pivot.ts";
import { mostPerFilter, offersPerFilter } from "../../bench/analysis/replies.ts";
import { cellsOf, cornersOf, GRID, runGrid } from "../../bench/experiments/grid.ts";
import { reconcile } from "../../bench/experiments/reconcile.ts";
import type { TwoSidedRow } from "../../bench/experiments/two-sided-report.ts";
import { isInstalled } from "../../bench/peers/installed.ts";
import { NEGENTROPY_PACKAGE } from "../../bench/peers/negentropy.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { ChunkedIndex } from "../../node/store/held-index.ts";
import { choosePivot } from "../../node/sync/filter/pivot.ts";

const PORTS = { progress: () => undefined };
const OPTIONS = {
  profile: "dispersy",
  bundles: 3_000,
  missing: 30,
  reply: 0,
  trials: 3,
  grid: false,
  twoSided: false,
};

interface Json {
  offers: number;
  bytes: number;
  missingFound: number;
  variants: { offers: number; bytes: number; predicted: { offers: number } | null }[];
}

async function runReconcile(options: object = {}): Promise<Json> {
  const result = await reconcile.run(
    { ...OPTIONS, where: "random", seed: 1, ...options } as never,
    PORTS,
  );
  assert.equal(result.failure, undefined);
  return result.json as Json;
}

test("all differences are found, and the same seed gives the same figures", async () => {
  const first = await runReconcile();
  assert.deepEqual(Object.keys(first).slice(0, 3), ["offers", "bytes", "missingFound"]);
  assert.equal(first.missingFound, 30);
  assert.ok(first.bytes > first.offers * 1_100, "an offer has a filter of a thousand bytes");
  assert.deepEqual(await runReconcile(), first);
  assert.notDeepEqual(await runReconcile({ seed: 2 }), first);
});

test("the newest are found sooner than the scattered, and classes in turn beat windows drawn", async () => {
  const [random, newest] = [await runReconcile(), await runReconcile({ where: "newest" })];
  assert.ok(newest.offers < random.offers / 2);
  assert.ok(random.variants[1]!.offers < random.variants[0]!.offers);
});

test("an answer of one bundle takes an offer per bundle", async () => {
  assert.ok((await runReconcile({ reply: 1 })).offers >= 30);
});

test("predictions of a small grid are within a fifth", () => {
  const options = { seed: 1, profile: "dispersy" } as const;
  const { json, failure } = runGrid(
    options,
    PORTS,
    cellsOf({
      totals: [700, 3_000],
      missing: [100],
      falsePositiveRates: [0.01, 0.3],
      replyBytes: [5_120],
    }),
  );
  assert.equal(failure, undefined);
  const { cells, within20Percent } = json as { cells: number; within20Percent: number };
  assert.deepEqual([cells, within20Percent], [4, 4]);
});

test("the corners of the grid have every end of it, and its middle", () => {
  const corners = cornersOf(GRID);
  assert.equal(corners.length, 25, "2 x 3 x 2 x 2, and one");
  assert.equal(cellsOf(GRID).length, 81, "the whole");
  assert.equal(new Set(corners.map((cell) => JSON.stringify(cell))).size, 25, "all different");
  for (const cell of corners) {
    const isOfGrid = GRID.totals.includes(cell.total) && GRID.missing.includes(cell.missing);
    assert.ok(isOfGrid, JSON.stringify(cell));
  }
});

test("the filter's figures are those of the textbook", () => {
  const filter = filterModel(0.01);
  assert.ok(Math.abs(falsePositive(filter, filter.capacity) - 0.01) < 0.001);
  assert.ok(Math.abs(filter.bits / filter.capacity - 9.585) < 0.02);
  assert.ok(exchangeBytes(1_000) > filter.bits / 8);
});

test("a filter is sent again until it brings nothing or is full", () => {
  assert.equal(mostPerFilter({ perAnswer: 10, room: 25 }), 30);
  assert.equal(offersPerFilter(1_000, { perAnswer: 10, room: 25 }), 3);
  // One answer and one offer in vain.
  assert.ok(Math.abs(offersPerFilter(0.001, { perAnswer: 10, room: 25 }) - 2) < 1e-9);
  assert.ok(Math.abs(offersPerFilter(0.001, { perAnswer: 10, room: 0 }) - 1) < 1e-9);
});

test("nor is it sent again more than a hundred times", () => {
  const replies = { perAnswer: 1, room: 1_000 };
  assert.equal(mostPerFilter(replies), 101);
  assert.equal(offersPerFilter(500, replies), 101);
});

test("a filter of everything overlooks more of the newest, and leaves them when it is full", () => {
  const filter = filterModel(0.1);
  const missing = new Float64Array(100).fill(5);
  const left = leftByFilter(filter, filter.capacity / 2, missing, Infinity);
  assert.ok(left[99]! > 3 * left[0]! && left[0]! > 0);
  const full = leftByFilter(filter, filter.capacity / 2, missing, 250);
  assert.ok(Math.abs(sum(full) - 250) < 1e-9);
  assert.deepEqual([...full.subarray(0, 40)], [...left.subarray(0, 40)]);
  assert.ok(full.subarray(60).every((rest) => rest === 5));
});

test("windows drawn by the engine's rule are as many as the formula says", () => {
  const [times, missing, capacity, trials] = [6_000, 200, 800, 60];
  let draws = 0;
  let paid = 0;
  for (let trial = 0; trial < trials; trial++) {
    const random = new SeededRandom(trial, "windows");
    const absent = new Set<number>();
    while (absent.size < missing) absent.add(1 + random.below(times));
    const held = Array.from({ length: times }, (_, i) => i + 1).filter((time) => !absent.has(time));
    const index = ChunkedIndex.fromSorted(
      held.map((globalTime) => ({ globalTime, w0: 1, w1: 1, w2: 1, w3: 1 })),
    );
    while (absent.size > 0) {
      const { low, high } = choosePivot(index, times, capacity, times + 10_000, random);
      const found = [...absent].filter((time) => time >= low && time <= high);
      for (const time of found) absent.delete(time);
      draws++;
      if (found.length > 0) paid++;
    }
  }
  const windowTimes = (capacity * times) / (times - missing);
  const problem = { times, windowTimes, missing, density: () => 1, seen: 1 };
  const predicted = predictPivot(problem, () => 1);
  assert.ok(
    Math.abs(draws / trials / predicted.draws - 1) < 0.15,
    `${draws / trials}, not ${predicted.draws}`,
  );
  assert.ok(
    Math.abs(paid / trials / predicted.paid - 1) < 0.15,
    `${paid / trials}, not ${predicted.paid}`,
  );
});

test("more missing, smaller answers and larger sets take more offers", () => {
  const base = {
    total: 20_000,
    missing: 50,
    where: "random",
    falsePositiveRate: 0.01,
    replyBytes: 5_120,
    bundleBytes: 200,
  } as const;
  const { offers } = predictOffers(base);
  assert.ok(predictOffers({ ...base, missing: 500 }).offers > offers);
  assert.ok(
    predictOffers({ ...base, missing: 500, replyBytes: 200 }).offers >
      predictOffers({ ...base, missing: 500 }).offers,
  );
  assert.ok(predictOffers({ ...base, total: 40_000 }).offers > 1.5 * offers);
  assert.ok(predictOffers({ ...base, where: "newest" }).offers < offers);
});

test("where both sides lack bundles and the counts say nothing, sketches find them", async () => {
  const options = { ...OPTIONS, profile: "adaptive", bundles: 2_000, trials: 1, twoSided: true };
  const { json, failure } = await reconcile.run({ ...options, seed: 1 } as never, PORTS);
  assert.equal(failure, undefined, "both have everything");
  const { twoSided } = json as { twoSided: TwoSidedRow[] };
  const [ours, without, framed, free] = twoSided;
  assert.ok(without!.bytes > 3 * ours!.bytes, "filters take several times the bytes of sketches");
  assert.ok(ours!.largest <= 1_232, "each message is a datagram");
  if (!isInstalled(NEGENTROPY_PACKAGE)) return;
  assert.ok(free!.bytes > ours!.bytes, "negentropy takes more bytes for so few");
  assert.ok(framed!.largest <= 4_096, "its frames are within their limit");
});
