import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agreementLimitMs, coverage, stepsUntilAll } from "../../../bench/analysis/agreement.ts";
import { filterModel } from "../../../bench/analysis/filter.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { choosePivot } from "../../../node/sync/filter/pivot.ts";
import { ChunkedIndex } from "../../../node/store/held-index.ts";

const MINUTE_MS = 60_000;
const oneByOne = (count: number, from = 1): number[] =>
  Array.from({ length: count }, (_, i) => from + i);
/** A clock that somebody carried far ahead, and a few bundles there. */
const farApart = [...oneByOne(1_500), ...oneByOne(20, 11_480)];

/** Of so many nodes, the first few lack these ranks. */
const by = (nodes: number, few: number, ranks: number[]): number[][] =>
  Array.from({ length: nodes }, (_, i) => (i < Math.min(few, nodes - 1) ? ranks : []));

describe("how long faithful nodes may take to agree", () => {
  it("is derived: whatever the walk, the filter or the reply limit become changes it", () => {
    const world = { peers: 26, legs: 4 };
    const minutes = [
      { ...world, times: oneByOne(100), clock: 100, lacking: by(20, 20, [0, 50]) },
      { ...world, times: oneByOne(1_500), clock: 1_500, lacking: by(20, 5, [0, 700, 1_400]) },
      { ...world, times: farApart, clock: 11_500, lacking: by(20, 1, [0, 1_000]) },
      { times: oneByOne(100), clock: 100, lacking: by(5, 4, oneByOne(99)), peers: 4, legs: 2 },
    ].map((one) => Math.round(agreementLimitMs(one) / MINUTE_MS));
    assert.deepEqual(minutes, [300, 138, 1_038, 37]);
  });

  it("takes longer for more peers, more legs, fewer holders, and what is old and far below the clock", () => {
    const usual = {
      times: oneByOne(1_500),
      clock: 1_500,
      lacking: by(10, 3, [100]),
      peers: 10,
      legs: 2,
    };
    const most = agreementLimitMs(usual);
    for (const change of [
      { peers: 20 },
      { legs: 4 },
      { lacking: by(10, 6, [100]) },
      { clock: 11_500 },
    ]) {
      const longer = agreementLimitMs({ ...usual, ...change });
      assert.ok(longer > most, `${JSON.stringify(change)}: ${longer} of ${most}`);
    }
    assert.equal(agreementLimitMs({ ...usual, lacking: by(10, 0, []) }), 0, "nothing is missing");
  });

  it("knows what the windows cover that are drawn", () => {
    const { capacity } = filterModel(0.01);
    const draws = 4_000;
    for (const [times, clock] of [
      [oneByOne(1_500), 1_500],
      [farApart, 11_500],
    ] as const) {
      const index = new ChunkedIndex();
      for (const [i, globalTime] of times.entries()) {
        index.add({ globalTime, w0: i, w1: 0, w2: 0, w3: 0 });
      }
      const random = new SeededRandom(1, "windows");
      const drawn = new Float64Array(times.length);
      for (let i = 0; i < draws; i++) {
        const { low, high } = choosePivot(index, clock, capacity, clock + 10_000, random);
        times.forEach((time, rank) => {
          if (time >= low && time <= high) drawn[rank]! += 1 / draws;
        });
      }
      const expected = coverage(times, clock, capacity);
      times.forEach((_, rank) => {
        const off = Math.abs(drawn[rank]! - expected[rank]!);
        const words = `rank ${rank} of ${times.length}: ${drawn[rank]} for ${expected[rank]}`;
        assert.ok(off < 0.04, words);
      });
      const lacking = by(2, 1, [0]);
      const [rarest, most] = [drawn[0]!, stepsUntilAll({ times, clock, lacking, peers: 1 })];
      assert.ok((1 - rarest) ** most < 1e-4, `${most} steps, ${rarest}`);
    }
  });
});
