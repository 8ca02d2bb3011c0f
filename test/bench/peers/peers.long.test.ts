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
  clients: 8,
  underWay: 2,
  seconds: 1,
  warmUp: 100,
};

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

  test("the tracker beside the echo: every reply is an introduction with its puncture-request", async () => {
    const json = await run(tracker, {});
    const keys = ["repliesPerSecond", "datagramsPerSecond", "echoPerSecond", "ratio"];
    assert.deepEqual(Object.keys(json).slice(0, 4), keys);
    assert.ok(
      Object.values(json)
        .slice(0, 4)
        .every((figure) => figure > 0),
    );
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
    const { servers } = json["tracker"] as never as { servers: { repliesPerSecond: number }[] };
    assert.equal(servers.length, 3);
    assert.ok(servers.every(({ repliesPerSecond }) => repliesPerSecond > 0));
  });
});
