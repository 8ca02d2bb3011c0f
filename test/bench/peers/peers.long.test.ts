import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { peers } from "../../../bench/experiments/peers.ts";
import { tracker } from "../../../bench/experiments/tracker.ts";
import { isInstalled } from "../../../bench/peers/installed.ts";
import { median } from "../../../bench/peers/compare-servers.ts";

const PORTS = { progress: () => undefined };
const COMMON = {
  seed: 1,
  profile: "adaptive",
  runs: 1,
  few: 8,
  many: 8,
  overlays: 1,
  underWay: 8,
  rate: 100,
  seconds: 0.3,
  warmUp: 300,
};

interface Row {
  server: string;
  answersPerCpuSecond: number;
  punctureRequestsPerAnswer: number;
}

const needs = (name: string) =>
  isInstalled(name) ? {} : { skip: `${name} is not installed: npm ci in bench/peers` };

async function run(experiment: typeof peers, options: object): Promise<Record<string, never>> {
  const { json } = await experiment.run({ ...COMMON, ...options } as never, PORTS);
  return json as Record<string, never>;
}

describe("peers side by side", () => {
  test("a median of an even number is one of the values", () => {
    assert.equal(median([4, 1, 3]), 3);
    assert.equal(median([4, 1]), 1);
  });

  test("every answer of the tracker is an introduction, and every puncture-request arrives that is due", async () => {
    const json = await run(tracker, {});
    const keys = ["repliesPerSecond", "datagramsPerSecond", "echoPerSecond", "ratio"];
    assert.deepEqual(Object.keys(json).slice(0, 4), keys);
    assert.ok(
      Object.values(json)
        .slice(0, 4)
        .every((figure) => figure > 0),
      "a figure of the design's table is 0",
    );
    const rows = json["rows"] as never as Row[];
    assert.equal(rows.length, 2 * 3, "a crowd, a way to ask or a server is missing");
    assert.ok(
      rows.every(({ answersPerCpuSecond }) => answersPerCpuSecond > 0),
      "a server answered nothing",
    );
    const of = (name: string) => rows.filter(({ server }) => server === name);
    for (const { punctureRequestsPerAnswer } of of("tracker")) {
      // One of them may still be on its way when the time is over, or come from the one before.
      const isOneEach = Math.abs(punctureRequestsPerAnswer - 1) < 0.1;
      assert.ok(isOneEach, `${punctureRequestsPerAnswer} puncture-requests came with an answer`);
    }
  });

  test("cold beside hypercore: 1,000 bundles", needs("hypercore"), async () => {
    const json = await run(peers, { of: "cold", bundles: 1_000, payload: 256 });
    const { ours, hypercore, ratio } = json["cold"] as never as {
      ours: { seconds: number; bytesPerBundle: number; loopDelayP99Ms: { holder: number } };
      hypercore: { seconds: number; bytesPerBundle: number };
      ratio: number;
    };
    assert.ok(ours.seconds > 0 && hypercore.seconds > 0 && ratio > 0);
    assert.ok(ours.bytesPerBundle > 256 + 64 && ours.bytesPerBundle < 600);
    assert.ok(hypercore.bytesPerBundle > 256);
    assert.ok(ours.loopDelayP99Ms.holder >= 0);
    assert.equal(json["tracker"], undefined);
  });

  test("the tracker beside bittorrent-tracker", needs("bittorrent-tracker"), async () => {
    const json = await run(peers, { of: "tracker" });
    const { rows } = json["tracker"] as never as { rows: Row[] };
    assert.equal(rows.length, 2 * 3, "a crowd, a way to ask or a server is missing");
    assert.ok(
      rows.every(({ answersPerCpuSecond }) => answersPerCpuSecond > 0),
      "a server answered nothing",
    );
  });
});
