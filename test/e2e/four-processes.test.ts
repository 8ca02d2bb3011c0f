import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fourProcesses } from "./four-processes.ts";
import { Stage } from "./program.ts";

/** The full size is in test/slow/four-processes.ts. */
const LINES = 1_000;

describe("a tracker and three nodes, and a fourth when tracker and first node are gone", () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.clear());

  it("all hold a real text, byte for byte", async () => {
    const report = await fourProcesses(stage, LINES);
    assert.equal(report.equal, 4);
    assert.deepEqual(report.faults, {});
  });
});
