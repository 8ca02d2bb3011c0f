import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Experiment, OptionValue, Result } from "../../../bench/experiment.ts";
import { bandwidth, type BandwidthRow } from "../../../bench/experiments/bandwidth.ts";
import { churn } from "../../../bench/experiments/churn.ts";
import type { ChurnRow } from "../../../bench/experiments/churn-report.ts";
import { figuresOf, load } from "../../../bench/experiments/load.ts";
import type { LoadRow } from "../../../bench/experiments/load-report.ts";
import { nat } from "../../../bench/experiments/nat.ts";
import { spread } from "../../../bench/experiments/spread.ts";
import type { Figures } from "../../../bench/experiments/spread-report.ts";
import { svgOf } from "../../../bench/report/chart.ts";
import { runExperiment } from "../../../bench/run.ts";
import { checkXml } from "../report/xml.ts";

interface SpreadJson {
  steps: Figures["steps"];
  scenarios: Figures[];
}
interface ChurnJson {
  delivered: number;
  sessions: ChurnRow[];
}
interface LoadJson {
  rates: LoadRow[];
}
interface BandwidthJson {
  profiles: BandwidthRow[];
}

/** Small enough for every run. */
const SMALL: [Experiment, Record<string, OptionValue>, string[]][] = [
  [spread, { nodes: 8, trials: 1 }, ["steps", "bytesPerNode"]],
  [churn, { nodes: 6, session: 60, bundles: 3 }, ["delivered", "steps"]],
  [load, { nodes: 5, rate: 1, seconds: 20 }, ["rate", "sustained", "lag"]],
  [bandwidth, { nodes: 5, minutes: 1 }, ["idleBytesPerHour", "busyBytesPerHour"]],
  [nat, { trials: 2, pairs: "eif:adf,apdf:seq" }, ["pairs", "weighted"]],
];

async function run(
  experiment: Experiment,
  own: Record<string, OptionValue>,
  common: { seed?: number; profile?: "dispersy" | "adaptive" } = {},
  progress: (text: string) => void = () => {},
): Promise<Result> {
  const options = { seed: 1, profile: "dispersy" as const, ...own, ...common };
  const request = { experiment, options, ports: { progress }, commandLine: "test" };
  return (await runExperiment(request)).result;
}

/** A result's object as its reader knows it. */
async function figures<T>(...args: Parameters<typeof run>): Promise<T> {
  return (await run(...args)).json as T;
}

describe("an experiment", () => {
  for (const [experiment, own, keys] of SMALL) {
    it(`${experiment.name}: one seed gives one object, which begins with the design's keys`, async () => {
      const told: string[] = [];
      const result = await run(experiment, own, {}, (text) => told.push(text));
      assert.deepEqual(Object.keys(result.json).slice(0, keys.length), keys);
      assert.deepEqual(await figures(experiment, own), result.json);
      assert.notDeepEqual(await figures(experiment, own, { seed: 2 }), result.json);
      assert.ok(told.length > 3, "says what it does");
      assert.doesNotMatch(JSON.stringify(result.json), /NaN/);
    });

    it(`${experiment.name}: charts are well-formed, of distinct names, with data`, async () => {
      const { report } = await run(experiment, own, { profile: "adaptive" });
      const charts = report.flatMap(({ parts }) =>
        parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : [])),
      );
      assert.ok(charts.length > 0);
      assert.equal(new Set(charts.map(({ file }) => file)).size, charts.length);
      for (const chart of charts) {
        const svg = svgOf(chart);
        checkXml(svg);
        assert.doesNotMatch(svg, /NaN|Infinity/);
      }
    });
  }
});

describe("a mechanism switched off changes the figure", () => {
  it("spread: without pushing, a bundle takes longer", async () => {
    const { scenarios, steps } = await figures<SpreadJson>(spread, { nodes: 12, trials: 2 });
    const [pushed, pulled] = [scenarios[0]!, scenarios[2]!];
    assert.deepEqual(pushed.steps, steps);
    assert.equal(pulled.push, 0);
    assert.ok(pulled.steps.p50! > pushed.steps.p50! * 1.5, JSON.stringify([pushed, pulled]));
  });

  it("spread: with a backlog larger than a filter, pulling takes longer", async () => {
    const [small, large] = await Promise.all(
      [0, 5_000].map(async (backlog) => {
        const { scenarios } = await figures<SpreadJson>(spread, { nodes: 8, trials: 1, backlog });
        return scenarios[2]!;
      }),
    );
    assert.equal(small!.push, 0);
    assert.ok(large!.steps.max! > small!.steps.max! * 1.5);
  });

  it("spread: when contacts fail, it takes longer", async () => {
    const { scenarios } = await figures<SpreadJson>(spread, { nodes: 20, trials: 2 });
    const [sound, failing] = scenarios.slice(2) as [Figures, Figures];
    assert.deepEqual([sound.failure, failing.failure], [0, 0.36]);
    assert.ok(failing.allMean! > sound.allMean!, JSON.stringify([sound, failing]));
  });

  it("churn: when nobody leaves in time, everything arrives", async () => {
    const own = { nodes: 6, session: 86_400, bundles: 4 };
    const { delivered, sessions } = await figures<ChurnJson>(churn, own);
    assert.equal(delivered, 1);
    assert.equal(sessions[0]!.turnover, 0);
    const short = await figures<ChurnJson>(churn, { ...own, session: 20 });
    const [returning, empty] = short.sessions as [ChurnRow, ChurnRow];
    assert.ok(returning.turnover > 1 && returning.eligible > 0);
    assert.equal(returning.delivered, 1, "who returns brings back what it held");
    assert.equal(empty.successors, "empty");
    assert.ok(returning.heldAfter19Steps! > empty.heldAfter19Steps!, JSON.stringify(short));
  });

  it("load: a bundle that is made arrives everywhere, and the more the more bytes", async () => {
    const { rates } = await figures<LoadJson>(load, { nodes: 5, rate: 2, seconds: 40 });
    const [least, , , most] = rates as [LoadRow, LoadRow, LoadRow, LoadRow];
    assert.equal(most.rate, 8 * least.rate);
    assert.ok(most.sustained > 4 * least.sustained);
    assert.ok(most.bytesPerNodePerSecond > least.bytesPerNodePerSecond);
    for (const { undelivered } of rates.slice(0, 4)) assert.equal(undelivered, 0);
  });

  it("load: alone it is one rate, and what never arrives is told", async () => {
    const own = { nodes: 5, rate: 2, seconds: 40, alone: true };
    const { rates } = await figures<LoadJson>(load, own, { profile: "adaptive" });
    assert.equal(rates.length, 1);
    const [{ undelivered, lag, earlierLag }] = rates as [LoadRow];
    assert.equal(undelivered, 0);
    assert.ok(lag.p50! < 2 && earlierLag! < 2);
  });

  it("load: what comes late or never is told", () => {
    const arrived: Record<string, number[]> = {
      early: [1_000, 2_000],
      late: [21_000, 31_000],
      never: [22_000],
    };
    const made = new Map([
      ["early", 0],
      ["late", 16_000],
      ["never", 18_000],
    ]);
    const of = (key: string) => new Map(arrived[key]!.map((ms, i) => [`${i}`, ms]));
    const figures = figuresOf(made, { of }, { nodes: 2, startMs: 0, endMs: 30_000 });
    assert.deepEqual([figures.undelivered, figures.behind, figures.sustained], [1, 2, 0]);
    assert.deepEqual([figures.earlierLag, figures.lag.p50], [0.4, 3], "in steps of 5 s");
  });

  it("bandwidth: without offers between equal sets, idling is cheap", async () => {
    const own = { nodes: 10, minutes: 4 };
    const { profiles } = await figures<BandwidthJson>(bandwidth, own, { profile: "adaptive" });
    const [adaptive, dispersy] = profiles as [BandwidthRow, BandwidthRow];
    assert.ok(dispersy.idle.sent > 2 * adaptive.idle.sent);
    assert.ok(Math.abs(adaptive.idle.sent / adaptive.analysisIdle - 1) < 0.2);
    assert.ok(adaptive.busy.sent > adaptive.idle.sent);
  });
});
