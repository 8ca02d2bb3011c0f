import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Lab } from "../../../bench/lab/lab.ts";
import type { KindPair } from "../../../bench/lab/matrix.ts";
import { DISPERSY } from "../../../bench/lab/trial.ts";
import { skipReason, thoroughly } from "./available.ts";

/** A puncture from both sides; an answer to where the other's datagram came from. */
const QUICK: readonly KindPair[] = [
  ["apdf", "apdf-np"],
  ["rnd", "adf"],
];
/** A pair for each way of searching that gets through 99 times of 100. */
const SEARCHES: readonly KindPair[] = [
  ["apdf", "rnd"],
  ["apdf-np", "seq"],
  ["blk", "apdf"],
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

  for (const [a, b] of thoroughly ? [...QUICK, ...SEARCHES] : QUICK) {
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
