import assert from "node:assert/strict";
import { test } from "node:test";
import { SETTLING_MS, FilterProbe } from "../../nat/filter-probe.ts";
import { apart, at } from "../candidates/support.ts";

const OWN = at("60.0.0.1:6421");

test("somebody never sent to shows an open filter, once earlier runs are forgotten", () => {
  const strangers = new FilterProbe();
  assert.equal(strangers.isEvidence(apart(1), OWN, 2 * SETTLING_MS), false, "no socket yet");
  strangers.restart(1_000);
  assert.equal(strangers.isEvidence(apart(1), OWN, 999 + SETTLING_MS), false);
  assert.equal(strangers.isEvidence(apart(1), OWN, 1_000 + SETTLING_MS), true);
});

test("whoever was sent to shows nothing, whatever the port", () => {
  const strangers = new FilterProbe();
  strangers.restart(0);
  strangers.sent(apart(1, 1_000));
  assert.equal(strangers.isEvidence(apart(1, 2_000), OWN, SETTLING_MS), false);
  assert.equal(strangers.isEvidence(apart(2, 2_000), OWN, SETTLING_MS), true);
});

test("neighbours show nothing: they come by another way", () => {
  const strangers = new FilterProbe();
  strangers.restart(0);
  for (const near of ["192.168.1.9:1", "10.0.0.1:1", "100.64.0.1:1", "60.0.0.1:9"]) {
    assert.equal(strangers.isEvidence(at(near), OWN, SETTLING_MS), false, near);
  }
});

test("a new network begins anew; too many to remember: no evidence", () => {
  const strangers = new FilterProbe();
  strangers.restart(0);
  strangers.restart(1);
  assert.equal(strangers.isEvidence(apart(1), OWN, SETTLING_MS), false);
  assert.equal(strangers.isEvidence(apart(1), OWN, 2 * SETTLING_MS), true);
  for (let i = 0; i < 65_536; i++) strangers.sent(at(`70.${i >> 8}.${i & 255}.1:1`));
  assert.equal(strangers.isEvidence(apart(1), OWN, 2 * SETTLING_MS), false);
});
