import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { killRounds } from "./kills.ts";
import { Stage } from "./program.ts";

/** The full size is in test/slow/kill.ts. */
const KILLS = 5;

describe("a node that is killed while it publishes and syncs", () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.clear());

  it("loses nothing it acknowledged, serves nothing invalid, reuses no time, syncs on", async () => {
    const report = await killRounds(stage, { kills: KILLS, lines: 200, seed: 1 });
    assert.ok(report.acknowledged > 0);
    assert.ok(report.held >= report.acknowledged);
    assert.ok(report.interrupted > 0);
    const { lost, timesUsedTwice, syncFailures, refused, servedWhole } = report;
    assert.deepEqual(
      { lost, timesUsedTwice, syncFailures, refused, servedWhole },
      { lost: 0, timesUsedTwice: 0, syncFailures: 0, refused: {}, servedWhole: true },
    );
  });
});
