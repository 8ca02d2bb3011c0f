import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Stage } from "./program.ts";
import { readerKillRounds } from "./reader-kills.ts";

/** The full size is in test/slow/reader-kill.ts. */
const KILLS = 6;

describe("readers that follow a node which is killed", () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.clear());

  it("are given everything, and nothing twice: by a name, and by a cursor while they are killed too", async () => {
    const report = await readerKillRounds(stage, { kills: KILLS, seed: 1 });
    assert.ok(report.held > 0, "bundles were published");
    assert.ok(report.readerKills > 0, "readers were killed");
    assert.deepEqual([report.lost, report.twice], [0, 0]);
  });

  it("are given much twice without a cursor", async () => {
    const report = await readerKillRounds(stage, { kills: KILLS, seed: 1, resumes: false });
    assert.equal(report.lost, 0);
    assert.ok(report.twice > 0, "whoever begins anew gets everything again");
  });
});
