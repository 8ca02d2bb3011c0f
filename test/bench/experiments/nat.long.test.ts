import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OptionValue, Result } from "../../../bench/experiment.ts";
import { nat } from "../../../bench/experiments/nat.ts";
import { modelTrial } from "../../../bench/experiments/nat-model.ts";
import type { PairRow } from "../../../bench/experiments/nat-row.ts";
import { rowOf } from "../../../bench/experiments/nat-row.ts";
import { PAIRS } from "../../../bench/experiments/nat-sides.ts";
import type { TargetRow } from "../../../bench/experiments/nat-targets.ts";
import { gridOf, weightedRows } from "../../../bench/experiments/nat-weighted.ts";
import { runExperiment } from "../../../bench/run.ts";
import { UserError } from "../../../node/host/errors.ts";
import { BAD, GOOD } from "./trials.ts";

async function run(own: Record<string, OptionValue>): Promise<Result> {
  const options = { seed: 1, profile: "adaptive" as const, trials: 2, ...own };
  const request = { experiment: nat, options, ports: { progress: () => {} }, commandLine: "test" };
  return (await runExperiment(request)).result;
}

async function rows(own: Record<string, OptionValue>): Promise<PairRow[]> {
  return ((await run(own)).json as { pairs: PairRow[] }).pairs;
}

describe("bench nat in the model", () => {
  it("says by which strategy each pair got through, in what time, with how many datagrams", async () => {
    const [plain, searched] = await rows({ pairs: "eif:apdf,apdf:seq" });
    assert.deepEqual([plain!.success, plain!.strategy], [1, "puncture"]);
    assert.deepEqual([searched!.success, searched!.strategy], [1, "prediction"]);
    assert.deepEqual(plain!.strategies, { puncture: 2 });
    assert.ok(plain!.p50Ms! > 0 && plain!.bundleP50Ms! >= plain!.p50Ms!);
    assert.ok(searched!.probes > plain!.probes && plain!.probes > 1);
    assert.equal(plain!.entries, 2);
    assert.ok(plain!.low < 1 && plain!.high === 1 && plain!.possible);
  });

  it("opens nothing without introductions", async () => {
    const [alone] = await rows({ pairs: "eif:apdf", trials: 1, without: "needs" });
    assert.deepEqual([alone!.success, alone!.p50Ms], [0, null]);
  });

  it("opens less without what a set-up needs", async () => {
    const common = { setups: "random,mapped,ipv6", trials: 1 };
    for (const without of ["", "needs"]) {
      const { targets } = (await run({ ...common, without })).json as { targets: TargetRow[] };
      for (const { name, success } of targets) {
        assert.ok(without === "" ? success > 0.8 : success < 0.5, `${name} ${without}: ${success}`);
      }
    }
  });

  it("says why a pair did not", async () => {
    const [closed, blocked] = await rows({ pairs: "rnd:adm,open:blocked", trials: 5, timeout: 10 });
    assert.deepEqual([closed!.success, closed!.possible], [0, false]);
    assert.match(closed!.reason!, /both NATs/);
    assert.ok(closed!.noPathP95Ms! <= 5_000);
    assert.ok(closed!.probes < 50, "nothing is searched that cannot be found");
    assert.deepEqual([blocked!.success, blocked!.p50Ms], [0, null]);
    assert.match(blocked!.reason!, /ever named/);
  });

  it("measures what was changed about a side, and loss and hops", async () => {
    const pairs = "apdf:apdf,apdf:apdf+quota=1,open:apdf+quota=1";
    const measured = await rows({ pairs, timeout: 10 });
    assert.deepEqual(
      measured.map(({ success }) => success),
      [1, 0, 0],
    );
    const [lost] = await rows({ pairs: "open:apdf", loss: 1, timeout: 10 });
    assert.equal(lost!.success, 0);
    const [far] = await rows({ pairs: "open:apdf", hops: 39 });
    assert.equal(far!.success, 1);
  });

  it("lets searches fill as much of a NAT's table as is allowed, and no more", async () => {
    const blocks = { pairs: "blk:blk", trials: 6 };
    const [many] = await rows({ ...blocks, flows: 1_100 });
    const [few] = await rows({ ...blocks, flows: 16 });
    assert.deepEqual([many!.success, few!.success], [1, 0]);
    assert.ok(many!.entries > 256 && few!.entries < 40, `${few!.entries}`);
  });

  it("opens what nothing else does by a mapped port, and by IPv6 of both sides", async () => {
    const pairs = "rnd+portmap:rnd,rnd:adm+portmap,rnd+ipv6:rnd+ipv6,rnd+ipv6:rnd";
    const opened = await rows({ pairs, timeout: 10 });
    assert.deepEqual(
      opened.map(({ success, possible }) => [success, possible]),
      [
        [1, true],
        [1, true],
        [1, true],
        [0, false],
      ],
    );
    for (const { p95Ms } of opened.slice(0, 3)) assert.ok(p95Ms! < 1_000, `${p95Ms}`);
  });

  it("brings the bundle as soon as there is a path, also when it was the other side that opened it", () => {
    const options = {
      seed: 7,
      profile: "adaptive",
      timeout: 30,
      loss: 0,
      hops: 6,
      flows: 256,
    } as const;
    for (const [a, b, trial] of [
      ["rnd+poisonable", "open", 12],
      ["blk", "apdf", 12],
      // The joiner has asked that address in vain for ten seconds.
      ["apdf+quota=300", "rnd", 6],
    ] as const) {
      const { pathMs, bundleMs } = modelTrial([a, b], trial, options);
      assert.ok(pathMs !== null && bundleMs !== null && bundleMs < pathMs + 1_500, `${bundleMs}`);
    }
  });

  it("draws a matrix of success and one of time", async () => {
    const { report } = await run({ pairs: "open:eif,open:blocked", timeout: 10, trials: 1 });
    const charts = report.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : [])),
    );
    const [success, time] = charts;
    assert.ok(success?.kind === "heat" && time?.kind === "heat");
    assert.deepEqual(success.values, [[1, 0]]);
    assert.match(time.words!.cells[0]![0]!, /^0\.\d\d s$/);
    assert.equal(time.values[0]![1], null);
  });

  it("refuses what does not go together", async () => {
    await assert.rejects(() => run({ lab: true, observed: true }), UserError);
    await assert.rejects(() => run({ peer: "hyperdht" }), UserError);
  });
});

describe("a row", () => {
  it("counts what succeeded and tells the commonest strategy and reason", () => {
    const slow = { ...GOOD, pathMs: 900, strategy: "birthday" };
    const row = rowOf(["apdf", "rnd"], [GOOD, slow, slow, BAD]);
    assert.equal(row.success, 0.75);
    assert.deepEqual([row.p50Ms, row.p95Ms], [900, 900]);
    assert.equal(row.strategy, "birthday");
    assert.deepEqual(row.strategies, { birthday: 2, puncture: 1 });
    assert.deepEqual([row.reason, row.noPathP95Ms], ["nothing came", 3_000]);
  });

  it("takes a path without a bundle for a failure", () => {
    const row = rowOf(["open", "open"], [{ ...GOOD, bundleMs: null }]);
    assert.deepEqual([row.success, row.p50Ms], [0, null]);
  });

  it("says how many of the successes both NATs saw", () => {
    assert.equal(rowOf(["apdf", "apdf"], [GOOD]).crossed, null);
    const seen = rowOf(
      ["apdf", "apdf"],
      [{ ...GOOD, crossed: true }, { ...GOOD, crossed: false }, BAD],
    );
    assert.equal(seen.crossed, 0.5);
  });
});

describe("figures beside others'", () => {
  const all = PAIRS.map((pair) => rowOf(pair, [pair.includes("rnd") ? BAD : GOOD]));

  it("need every pair", () => {
    assert.deepEqual(weightedRows(all.slice(5)), weightedRows(all.filter(({ a }) => a !== "open")));
    assert.deepEqual(weightedRows(all.filter(({ a }) => a !== "seq")), {});
    assert.equal(gridOf(all.filter(({ a }) => a !== "eif")), null);
  });

  it("weigh the pairs by the shares of the kinds", () => {
    const { halkes } = weightedRows(all);
    assert.ok(halkes!.unblocked > 0.85 && halkes!.unblocked < 0.9);
    assert.ok(halkes!.all < halkes!.unblocked && halkes!.unblocked < halkes!.aided.unblocked);
    assert.ok(halkes!.low < halkes!.unblocked && halkes!.unblocked < halkes!.high);
    assert.equal(halkes!.others.target, 0.993);
  });

  it("lay the iroh project's four kinds over ours", () => {
    const grid = gridOf(all)!;
    assert.equal(grid.passed, 9);
    assert.deepEqual(grid.success[3], [0, 0, 0, 0]);
    assert.deepEqual(grid.iroh, { passed: 13, of: 16 });
  });
});
