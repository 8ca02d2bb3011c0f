import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nat, type PairRow } from "../../../bench/experiments/nat-mix.ts";
import { opens, PAIRS, parsePairs } from "../../../bench/experiments/nat-sides.ts";
import { runExperiment } from "../../../bench/run.ts";
import { UserError } from "../../../node/host/errors.ts";

async function rows(own: Record<string, string | number>): Promise<PairRow[]> {
  const options = { seed: 1, profile: "adaptive" as const, trials: 3, timeout: 30, ...own };
  const request = { experiment: nat, options, ports: { progress: () => {} }, commandLine: "test" };
  const { result } = await runExperiment(request);
  return (result.json as { pairs: PairRow[] }).pairs;
}

describe("pairs of NATs", () => {
  it("are read as they are written", () => {
    assert.deepEqual(parsePairs("apdf:rnd+limit=50, seq+drift=15+poisonable:double-nat"), [
      ["apdf", "rnd+limit=50"],
      ["seq+drift=15+poisonable", "double-nat"],
    ]);
    for (const [a, b] of PAIRS) assert.deepEqual(parsePairs(`${a}:${b}`), [[a, b]]);
  });

  it("that are none are refused with a sentence", () => {
    const wrong =
      "apdf|apdf:|apdf:cone|a:b:c|open+limit=5:apdf|apdf+limit=-1:apdf|apdf+speed=3:apdf";
    for (const text of [...wrong.split("|"), "same-lan:apdf", "apdf+toString:apdf", "apdf,:apdf"]) {
      assert.throws(() => parsePairs(text), UserError, text);
    }
  });

  it("with several layers count as the strictest one", () => {
    assert.equal(opens(["double-nat", "apdf"]), true);
    assert.equal(opens(["double-nat", "seq+drift=3"]), false);
    assert.equal(opens(["adf", "seq+drift=3"]), true);
    assert.equal(opens(["blocked", "open"]), false);
  });

  it("that are chosen are measured alone, with what was changed about them", async () => {
    const measured = await rows({ pairs: "apdf:apdf,apdf:apdf+quota=1,open:apdf+quota=1" });
    assert.deepEqual(
      measured.map(({ a, b, success }) => [a, b, success]),
      [
        ["apdf", "apdf", 1],
        ["apdf", "apdf+quota=1", 0],
        ["open", "apdf+quota=1", 0],
      ],
    );
  });

  it("meet loss and hops", async () => {
    const [lost] = await rows({ pairs: "open:apdf", loss: 1 });
    assert.equal(lost!.success, 0);
    const [far] = await rows({ pairs: "open:apdf", hops: 40 });
    assert.equal(far!.success, 1);
  });
});
