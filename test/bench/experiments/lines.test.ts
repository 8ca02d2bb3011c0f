import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../../bench/experiments/lines.ts";
import type { LineCell } from "../../../bench/experiments/lines-figures.ts";
import type { Result } from "../../../bench/experiment.ts";
import { svgOf } from "../../../bench/report/chart.ts";
import { checkXml } from "../report/xml.ts";

const silent = { progress: (): void => undefined };
const SMALL = {
  seed: 1,
  profile: "adaptive" as const,
  lab: false,
  full: false,
  cells: "",
  only: "cells",
  bundles: 300,
  runs: 1,
  burst: 1,
  reordering: 0,
  buffer: 500,
};

async function cells(own: object): Promise<{ cells: LineCell[]; result: Result }> {
  const result = await lines.run({ ...SMALL, ...own }, silent);
  return { cells: (result.json as { cells: LineCell[] }).cells, result };
}

test("a cell says what the line did: no join is faster than its ideal, and loss and delay take time", async () => {
  const { cells: measured, result } = await cells({ cells: "10/0/8,100/0/8,100/5/8,10/0/1" });
  assert.deepEqual(
    measured.map(({ roundTripMs, lossPercent, mbits }) => [roundTripMs, lossPercent, mbits]),
    [
      [10, 0, 8],
      [100, 0, 8],
      [100, 5, 8],
      [10, 0, 1],
    ],
  );
  const [near, far, lossy, narrow] = measured as [LineCell, LineCell, LineCell, LineCell];
  for (const cell of measured) {
    assert.ok(cell.done && cell.ratio >= 1, `${cell.ratio}`);
    assert.ok(cell.wireOverBundles > 1 && cell.lineShare > 0 && cell.lineShare <= 1);
    assert.ok(cell.largestBurstBytes > 1_000);
  }
  assert.ok(near.seconds < far.seconds && far.seconds < lossy.seconds);
  assert.ok(near.lostDatagrams === 0 && lossy.lostDatagrams > 0);
  assert.ok(narrow.seconds > near.seconds && narrow.longestQueueMs > near.longestQueueMs);
  assert.equal(result.failure, undefined);
  const charts = result.report.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : [])),
  );
  assert.equal(charts.length, 2, "one per rate");
  for (const each of charts) checkXml(svgOf(each));
});

test("one seed measures the same; bursts, reordering and a small buffer change what happens", async () => {
  const cell = async (own: object): Promise<LineCell> => {
    return (await cells({ cells: "40/5/8", ...own })).cells[0]!;
  };
  const once = await cell({});
  assert.deepEqual(await cell({}), once);
  for (const own of [{ burst: 5 }, { reordering: 0.1 }, { seed: 2 }]) {
    assert.notDeepEqual(await cell(own), once);
  }
  const { lostDatagrams, longestQueueMs } = await cell({ buffer: 5, cells: "40/0/8" });
  assert.ok(lostDatagrams > 0 && longestQueueMs <= 5);
});

test("what names no cell is refused", async () => {
  for (const named of ["100", "100/2", "100/2/10/4", "a/2/10", "100/100/10", "100/2/0"]) {
    await assert.rejects(cells({ cells: named }), /is not a cell/);
  }
});
