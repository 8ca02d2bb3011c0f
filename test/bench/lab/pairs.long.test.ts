import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { NatOptions } from "../../../bench/lab/kinds/kinds.ts";
import { DEFAULT_LAB, Lab, type LabOptions } from "../../../bench/lab/lab.ts";
import { DISPERSY, type TrialPair, type TrialResult } from "../../../bench/lab/trial.ts";
import type { Strategy } from "../../../nat/strategy.ts";
import { noPortMapper, skipReason, thoroughly } from "./available.ts";

/** For a machine that is busy with other tests; a second does otherwise. */
const TIMEOUT_MS = 30_000;
/** Of the searches the weakest succeeds 95 times of 100. */
const TRIES = 3;

const meet = (lab: Lab, pair: TrialPair): Promise<TrialResult> =>
  DISPERSY.trial(lab, pair, TIMEOUT_MS);

/** Brings up a lab with two trackers around the tests of a suite. */
function inLab(options: Partial<LabOptions>, tests: (lab: () => Lab) => void): void {
  let lab: Lab | undefined;
  before(async () => {
    lab = await Lab.up({ ...DEFAULT_LAB, ...options });
    await DISPERSY.prepare(lab);
  });
  after(() => lab?.down());
  tests(() => lab!);
}

function assertCrossed({ success, bundleMs, crossings }: TrialResult): void {
  assert.ok(success && bundleMs !== null);
  for (const { out, in: into } of Object.values(crossings)) assert.ok(out > 0 && into > 0);
}

describe("real nodes that share two trackers, behind kernel NATs", { skip: skipReason }, () => {
  inLab({}, (lab) => {
    const crosses = (what: string, a: NatOptions, b: NatOptions, strategy: Strategy): void => {
      it(`${a.kind} with ${b.kind}: ${what}`, async () => {
        let result = await meet(lab(), { a, b });
        for (let i = 1; i < TRIES && !result.success; i++) result = await meet(lab(), { a, b });
        assertCrossed(result);
        assert.equal(result.path?.strategy, strategy);
      });
    };

    crosses("a puncture from both sides", { kind: "apdf" }, { kind: "apdf-np" }, "puncture");

    it("rnd with adf: an answer to where the other's datagram came from", async () => {
      assertCrossed(await meet(lab(), { a: { kind: "rnd" }, b: { kind: "adf" } }));
    });

    it("two hosts of one LAN meet without their router", async () => {
      const router = { kind: "rnd" } as const;
      const result = await meet(lab(), { a: router, b: router, hosts: ["a", "a2"] });
      assert.ok(result.success && result.bundleMs !== null);
      assert.equal(result.crossings.a.out + result.crossings.a.hairpin, 0);
    });

    if (!thoroughly) return;

    crosses("the next port is predicted", { kind: "apdf-np" }, { kind: "seq" }, "prediction");
    crosses("the block is searched", { kind: "blk" }, { kind: "apdf" }, "block-search");
    crosses("many sockets, many ports", { kind: "apdf" }, { kind: "rnd" }, "birthday");
    crosses("steps of one and two", { kind: "seq" }, { kind: "seq" }, "unequal-steps");

    it("blk with blk: each is searched in the other's block, mostly in vain", async () => {
      const { path } = await meet(lab(), { a: { kind: "blk" }, b: { kind: "blk" } });
      assert.equal(path?.strategy, "block-pairs");
    });

    it("rnd with rnd: that there is no path is said", async () => {
      const router = { kind: "rnd" } as const;
      const { success, path } = await meet(lab(), { a: router, b: router, isClosed: true });
      assert.equal(success, false);
      assert.match(path?.reason ?? "", /both NATs/);
    });

    it("rnd with rnd: a port of the router", { skip: noPortMapper }, async () => {
      const router = { kind: "rnd" } as const;
      assertCrossed(await meet(lab(), { a: { ...router, portMapping: true }, b: router }));
    });
  });
});

/** Each needs a lab of its own. */
const skipPlaces = skipReason || (!thoroughly && "only with DISPERSY_TEST_LAB=all");

describe("two hosts that only their router brings together", { skip: skipPlaces }, () => {
  inLab({ isolated: true }, (lab) => {
    it("meet by their external addresses", async () => {
      const router: NatOptions = { kind: "apdf-np", hairpin: true };
      const result = await meet(lab(), { a: router, b: router, hosts: ["a", "a2"] });
      assert.ok(result.success && result.crossings.a.hairpin > 0);
    });
  });
});

describe("nodes with IPv6 behind NATs that nothing opens", { skip: skipPlaces }, () => {
  inLab({ ipv6: true }, (lab) => {
    it("meet by it", async () => {
      assertCrossed(await meet(lab(), { a: { kind: "rnd" }, b: { kind: "rnd" } }));
    });
  });
});
