import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { Beside } from "../../../bench/experiments/nat-beside.ts";
import { nat } from "../../../bench/experiments/nat.ts";
import { TrialRecord, type TrialKey } from "../../../bench/experiments/nat-record.ts";
import type { PeerRow } from "../../../bench/experiments/nat-peer.ts";
import type { PairRow, Trial } from "../../../bench/experiments/nat-row.ts";
import { DEFAULT_MAX_FLOWS } from "../../../nat/plan.ts";
import { runExperiment } from "../../../bench/run.ts";

const folder = mkdtempSync(join(tmpdir(), "dispersy-record-"));
after(() => rmSync(folder, { recursive: true }));

const KEY: TrialKey = {
  system: "dispersy",
  a: "apdf",
  b: "eif",
  loss: 0,
  hops: 6,
  flows: DEFAULT_MAX_FLOWS,
  bundles: 1,
};
const trial = (pathMs: number): Trial => ({
  opened: true,
  pathMs,
  bundleMs: pathMs + 100,
  probes: 4,
  entries: 2,
  strategy: "puncture",
  reason: null,
  noPathMs: null,
  crossed: true,
});

describe("a record of trials", () => {
  it("is there again after a run that was ended, but for a line that was cut off", () => {
    const path = join(folder, "ended.jsonl");
    const first = new TrialRecord(path);
    first.add(KEY, trial(150));
    first.add({ ...KEY, loss: 0.1 }, trial(400));
    appendFileSync(path, '{"system":"disp');
    const second = new TrialRecord(path);
    second.add(KEY, trial(160));
    assert.deepEqual(new TrialRecord(path).of(KEY), [trial(150), trial(160)]);
    assert.deepEqual(new TrialRecord(path).of({ ...KEY, loss: 0.1 }), [trial(400)]);
    assert.deepEqual(new TrialRecord(path).of({ ...KEY, bundles: 1_000 }), []);
    assert.equal(readFileSync(path, "utf8").split("\n").length, 4);
  });

  it("is what bench nat --lab measures no more, nor makes a lab for", async () => {
    const path = join(folder, "whole.jsonl");
    const record = new TrialRecord(path);
    for (const ms of [150, 160, 170, 180]) {
      record.add(KEY, trial(ms));
      record.add({ ...KEY, system: "hyperdht" }, trial(2 * ms));
    }
    const of = { lab: true, labs: 2, pairs: "apdf:eif", trials: 4, sameTrials: 0 };
    const own = { ...of, peer: "hyperdht", peerTrials: 4 };
    const options = { seed: 1, profile: "adaptive" as const, model: true, record: path, ...own };
    const request = { experiment: nat, options, ports: { progress: () => {} }, commandLine: "" };
    const { json } = (await runExperiment(request)).result;
    const { pairs, peer, model } = json as {
      pairs: PairRow[];
      peer: { beside: PeerRow[] };
      model: { beside: Beside[] };
    };
    assert.deepEqual([pairs[0]!.trials, pairs[0]!.p50Ms], [4, 160]);
    const later = peer.beside[0]!.later!;
    assert.ok(later.high < 0 && later.low <= later.shift, "sooner by the whole interval");
    assert.deepEqual([model.beside[0]!.difference, model.beside[0]!.isEqual], [0, true]);
  });
});
