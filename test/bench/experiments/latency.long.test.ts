import assert from "node:assert/strict";
import { test } from "node:test";
import { latency } from "../../../bench/experiments/latency.ts";
import type { LatencyFigures } from "../../../bench/experiments/latency-report.ts";

test("figures come of the engine: those of the faithful profile are others", async () => {
  const figures = await Promise.all(
    (["adaptive", "dispersy"] as const).map(async (profile) => {
      const options = { nodes: 4, bundles: 5, hours: 1, seed: 1, profile, without: "" };
      const { json } = await latency.run(options, { progress: () => undefined });
      return json as LatencyFigures;
    }),
  );
  const [adaptive, faithful] = figures as [LatencyFigures, LatencyFigures];
  for (const where of ["lan", "internet"] as const) {
    assert.equal(adaptive[where].deliveries, 15);
    assert.ok(adaptive[where].p50Ms! < 500, `${where}: ${adaptive[where].p50Ms} ms`);
  }
  assert.ok(adaptive.rare.fromMeeting.p50Ms! * 2 < faithful.rare.fromMeeting.p50Ms!);
  assert.ok(adaptive.idle.sentPerHour * 1.5 < faithful.idle.sentPerHour);
});
