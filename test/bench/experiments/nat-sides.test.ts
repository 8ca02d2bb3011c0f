import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { opens, PAIRS, parsePairs } from "../../../bench/experiments/nat-sides.ts";
import { UserError } from "../../../node/host/errors.ts";

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

  it("open in 69 of the 81 ordered pairs of unblocked kinds, whatever the order", () => {
    const unblocked = PAIRS.slice(0, 100).filter((pair) => !pair.includes("blocked"));
    assert.equal(unblocked.length, 81);
    assert.equal(unblocked.filter(opens).length, 69);
    for (const [a, b] of PAIRS) assert.equal(opens([a, b]), opens([b, a]), `${a} and ${b}`);
  });

  it("with several layers count as the strictest one", () => {
    assert.equal(opens(["double-nat", "apdf"]), true);
    assert.equal(opens(["double-nat", "seq+drift=3"]), true);
    assert.equal(opens(["rnd", "seq+drift=3"]), false);
    assert.equal(opens(["blocked", "open"]), false);
  });
});
