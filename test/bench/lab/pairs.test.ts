import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Kind } from "../../../bench/lab/kinds/kinds.ts";
import { Lab } from "../../../bench/lab/lab.ts";
import { DISPERSY } from "../../../bench/lab/trial.ts";
import { skipReason } from "./available.ts";

/** A pair for each way through: a puncture from both sides; an answer to where the other's datagram came from. */
const PAIRS: readonly (readonly [Kind, Kind])[] = [
  ["apdf", "apdf-np"],
  ["rnd", "adf"],
];
/** For a machine that is busy with other tests; a second does otherwise. */
const TIMEOUT_MS = 30_000;

describe("real nodes that share two trackers, behind kernel NATs", { skip: skipReason }, () => {
  let lab: Lab;

  before(async () => {
    lab = await Lab.up();
    await DISPERSY.prepare(lab);
  });
  after(() => lab?.down());

  for (const [a, b] of PAIRS) {
    it(`${a} with ${b}: a bundle comes over directly`, async () => {
      const result = await DISPERSY.trial(lab, { a: { kind: a }, b: { kind: b } }, TIMEOUT_MS);
      assert.ok(result.success);
      assert.notEqual(result.bundleMs, null);
      for (const { out, in: into } of Object.values(result.crossings))
        assert.ok(out > 0 && into > 0);
    });
  }

  it("two hosts of one LAN meet without their router", async () => {
    const pair = { a: { kind: "rnd" }, b: { kind: "rnd" }, hosts: ["a", "a2"] } as const;
    const { success, bundleMs, crossings } = await DISPERSY.trial(lab, pair, TIMEOUT_MS);
    assert.ok(success && bundleMs !== null);
    assert.equal(crossings.a.out + crossings.a.hairpin, 0);
  });
});
