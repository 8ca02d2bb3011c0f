import assert from "node:assert/strict";
import { test } from "node:test";
import { simulator } from "../../../bench/experiments/simulator.ts";
import type { SimulatorFigures } from "../../../bench/experiments/simulator-report.ts";
import { svgOf } from "../../../bench/report/chart.ts";
import { checkXml } from "../report/xml.ts";

const SMALL = { seed: 1, nodes: 5, bundles: 20, backlog: 30, minutes: 1 };
const silent = { progress: (): void => undefined };

async function figures(own: object = {}): Promise<SimulatorFigures> {
  const options = { ...SMALL, profile: "adaptive" as const, ...own };
  return (await simulator.run(options, silent)).json as SimulatorFigures;
}

for (const profile of ["adaptive", "dispersy"] as const) {
  test(`${profile}: every bundle reaches every node, and what is measured has a value`, async () => {
    const measured = await figures({ profile });
    assert.deepEqual([measured.nodes, measured.reached, measured.virtualSeconds], [5, 5, 60]);
    assert.deepEqual([measured.backlog, measured.profile], [30, profile]);
    assert.ok(measured.deliveries > SMALL.nodes * 20);
    assert.ok(measured.cpuSeconds > 0 && measured.microsecondsPerDelivery > 0);
    assert.ok(measured.heapBytesPerNode > 1_000, `${measured.heapBytesPerNode} bytes`);
    assert.ok(measured.rssMiB > 10);
  });
}

test("one seed simulates the same, another one something else", async () => {
  const [once, again, other] = [await figures(), await figures(), await figures({ seed: 2 })];
  assert.deepEqual([again.digest, again.deliveries], [once.digest, once.deliveries]);
  assert.notEqual(other.digest, once.digest);
});

test("tells how far it is, and draws what it measured", async () => {
  const told: string[] = [];
  const options = { ...SMALL, profile: "adaptive" } as const;
  const { report } = await simulator.run(options, { progress: (words) => told.push(words) });
  assert.match(told.at(-1)!, /^5 nodes, 60 of 60 virtual seconds, 100 % of the bundles arrived/);
  const charts = report.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : [])),
  );
  assert.equal(charts.length, 2);
  for (const each of charts) checkXml(svgOf(each));
});
