import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CpuProfile, hottest } from "../../../bench/profile/hottest.ts";

const frame = (functionName: string, url = "", lineNumber = 0) => ({
  functionName,
  url,
  lineNumber,
});
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(idle)") },
    { id: 2, callFrame: frame("hash", "file:///any/place/dist/wire/bytes.js", 6) },
    { id: 3, callFrame: frame("", "file:///any/place/node_modules/lmdb/index.js", 0) },
    { id: 4, callFrame: frame("hash", "file:///any/place/dist/wire/bytes.js", 6) },
  ],
  samples: [1, 2, 3, 4, 1],
  timeDeltas: [9_000, 1_000, 1_000, 2_000, 9_000],
};

describe("the hottest functions", () => {
  it("are those with the most self time, whoever called them, idle time left out", () => {
    assert.deepEqual(hottest([profile], 10), [
      { place: "hash dist/wire/bytes.js:7", selfMs: 3, share: 0.75 },
      { place: "(anonymous) node_modules/lmdb/index.js:1", selfMs: 1, share: 0.25 },
    ]);
  });

  it("are summed over threads, and no more than asked for", () => {
    assert.deepEqual(hottest([profile, profile], 1), [
      { place: "hash dist/wire/bytes.js:7", selfMs: 6, share: 0.75 },
    ]);
    assert.deepEqual(hottest([], 10), []);
  });
});
