import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../../bench/experiments/lines.ts";
import type { BesideFigures } from "../../../bench/experiments/lines-beside.ts";

test("beside others: every figure has a value, and the other program is there", async () => {
  const options = { seed: 1, profile: "adaptive", only: "beside", bundles: 1_000 } as const;
  const own = { lab: false, full: false, cells: "", runs: 1, burst: 1, reordering: 0, buffer: 500 };
  const silent = { progress: (): void => undefined };
  const { json } = await lines.run({ ...options, ...own }, silent);
  const { alone, call, flow, slowSource, delivery } = (json as { beside: BesideFigures }).beside;
  for (const { done } of [alone, call.join, flow.join, slowSource.both]) assert.ok(done);
  assert.ok(call.aloneP99Ms >= 20 && call.besideP99Ms >= call.aloneP99Ms);
  assert.ok(flow.aloneMbits > 9 && flow.aloneMbits < 10);
  assert.ok(flow.keeps > 0 && flow.keeps < 1);
  assert.ok(slowSource.ratio > 0);
  assert.deepEqual([delivery.published, delivery.arrived], [1_000, 1_000]);
  assert.ok(delivery.p50Ms! >= 50 && delivery.p99Ms! >= delivery.p50Ms!);
});
