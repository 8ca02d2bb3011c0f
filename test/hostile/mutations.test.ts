import assert from "node:assert/strict";
import { test } from "node:test";
import { Campaign } from "./campaign.ts";
import { SCALE } from "./rig.ts";

const INPUTS = 20_000 * SCALE;

for (const role of ["node", "tracker"] as const) {
  test(`${INPUTS} mutated datagrams against a ${role}: none thrown at, none lost, no rule broken`, () => {
    const campaign = new Campaign(role, 1);
    const verdict = campaign.run(INPUTS);
    assert.equal(verdict.inputs, INPUTS);
    assert.equal(verdict.uncounted, 0);
    assert.ok(verdict.globalTime <= campaign.highestTime);
    assert.deepEqual(verdict.violations.slice(0, 10), []);
    // The campaign means something: much is turned away, and much gets through to be judged.
    assert.ok(verdict.received > INPUTS / 10, JSON.stringify(verdict));
    assert.ok(verdict.rejected > INPUTS / 10, JSON.stringify(verdict));
    assert.ok(verdict.gate > 0 && verdict.sent > INPUTS / 100, JSON.stringify(verdict));
  });
}
