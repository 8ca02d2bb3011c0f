import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Result } from "../../../bench/experiment.ts";
import { faults } from "../../../bench/experiments/faults.ts";

/** A small world. */
const SEED = 281;

test("tells of worlds without violations, shows its progress, and writes the last one's datagrams", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-"));
  const trace = join(folder, "world.pcap");
  try {
    const told: string[] = [];
    const options = { seed: SEED, seeds: 1, trace, profile: "adaptive" } as const;
    const result = await faults.run(options, { progress: (words) => told.push(words) });
    const { seeds, violations, failures, ...rest } = result.json as Record<string, unknown>;
    assert.deepEqual({ seeds, violations, failures }, { seeds: 1, violations: 0, failures: [] });
    assert.deepEqual(Object.keys(result.json).slice(0, 2), ["seeds", "violations"]);
    assert.equal(result.failure, undefined);
    assert.ok(Number(rest["cpuSeconds"]) > 0 && Number(rest["seedsPerCoreHour"]) > 0);
    assert.deepEqual(told, ["world 1 of 1, violations 0"]);
    assert.equal(readFileSync(trace).readUInt32BE(0), 0xa1b2_3c4d);
    assert.ok(readFileSync(trace).length > 10_000);
    // The trace changes nothing.
    const again = await faults.run({ ...options, trace: "" }, { progress: () => undefined });
    assert.equal(digestOf(again), digestOf(result));
    assert.deepEqual(again.report, result.report);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function digestOf({ json }: Result): unknown {
  return (json as { digest: string }).digest;
}
