import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OptionValue, Result } from "../../../bench/experiment.ts";
import { nat } from "../../../bench/experiments/nat.ts";
import type { SameRow } from "../../../bench/experiments/nat-same.ts";
import type { PairRow } from "../../../bench/experiments/nat-row.ts";
import { runExperiment } from "../../../bench/run.ts";
import { UserError } from "../../../node/host/errors.ts";
import { skipReason } from "../lab/available.ts";

async function inLab(own: Record<string, OptionValue>): Promise<Result> {
  const options = { seed: 1, profile: "adaptive" as const, trials: 1, lab: true, ...own };
  const request = { experiment: nat, options, ports: { progress: () => {} }, commandLine: "test" };
  return (await runExperiment(request)).result;
}

describe("bench nat in the lab", () => {
  it("refuses what its NATs cannot do, before there is a lab", async () => {
    const refused = (error: unknown): boolean =>
      error instanceof UserError && error.hint.includes("--sim");
    await assert.rejects(() => inLab({ pairs: "apdf+linux:apdf" }), refused);
  });

  it("says so where there can be none", { skip: skipReason === false }, async () => {
    await assert.rejects(() => inLab({ pairs: "apdf:apdf" }), UserError);
  });

  it("measures real nodes, whose datagrams both NATs saw", { skip: skipReason }, async () => {
    const { json, failure, signatures } = await inLab({
      pairs: "apdf:apdf",
      timeout: 20,
      sameTrials: 0,
    });
    const [row] = (json as { pairs: PairRow[] }).pairs;
    assert.deepEqual([row!.success, row!.crossed, row!.strategy], [1, 1, "puncture"]);
    assert.ok(row!.p50Ms! >= 45 && row!.entries >= 2);
    assert.equal(failure, undefined);
    assert.equal(signatures, "Ed25519");
  });

  it("has pairs end with the same set where no UDP passes", { skip: skipReason }, async () => {
    const { json } = await inLab({ pairs: "apdf+web:blocked", timeout: 30 });
    const { pairs: direct, same } = json as { pairs: PairRow[]; same: SameRow[] };
    assert.deepEqual(direct, [], "no path is waited for where there can be none");
    const [row] = same;
    assert.deepEqual([row!.direct, row!.same], [0, 1], JSON.stringify(row));
    assert.deepEqual(Object.keys(row!.ways), ["WebSocket and WebSocket"], "the way that is left");
  });
});
