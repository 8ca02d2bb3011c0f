import assert from "node:assert/strict";
import { test } from "node:test";
import type { SurveyReport } from "../../node/core/survey-report.ts";
import { EVERY_KIND, runSurvey, verdictOn, type SurveyOptions } from "./survey-world.ts";

/** test/slow/survey.ts takes 100. */
const RUNS = 15;
const LOSS = 0.05;

function surveyed(options: SurveyOptions): SurveyReport {
  const { report } = runSurvey(options);
  assert.ok(report !== undefined, "no report");
  return report;
}

for (const kind of EVERY_KIND) {
  test(`${kind}: right, and never wrong, at 5 % loss`, () => {
    const verdicts = Array.from({ length: RUNS }, (_, seed) => {
      const { report, ms } = runSurvey({ kind, seed, loss: LOSS });
      assert.ok(ms < 10_000, `${ms} ms`);
      return verdictOn(kind, report);
    });
    assert.deepEqual(new Set(verdicts), new Set(["right"]));
  });
}

test("a sequential NAT that others use too: its delta", () => {
  for (const portDelta of [1, 2]) {
    for (let seed = 0; seed < RUNS; seed++) {
      const behaviour = { portDelta, foreignAllocations: 15 };
      const { nat } = surveyed({ kind: "seq", seed, loss: LOSS, behaviour });
      assert.equal(nat.allocation, "sequential");
      assert.equal(nat.portDelta, portDelta);
    }
  }
});

test("a block: its bounds", () => {
  let right = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const { nat } = surveyed({ kind: "blk", seed, loss: LOSS });
    const isAligned = nat.portLow % 512 === 0 && nat.portHigh === nat.portLow + 511;
    if (nat.allocation === "block" && isAligned) right++;
  }
  assert.ok(right >= RUNS - 1, `${right} of ${RUNS}`);
});

test("one tracker alone: no guess about the mapping, nor about strangers", () => {
  const eif = surveyed({ kind: "eif", seed: 1, trackers: 1 });
  assert.equal(eif.nat.mapping, "unknown");
  assert.equal(eif.nat.filtering, "unknown");
  assert.equal(eif.udp, true);
  const adf = surveyed({ kind: "adf", seed: 1, trackers: 1 });
  assert.equal(adf.nat.filtering, "unknown");
  const apdf = surveyed({ kind: "apdf", seed: 1, trackers: 1 });
  assert.equal(apdf.nat.filtering, "address-and-port-dependent");
  const rnd = surveyed({ kind: "rnd", seed: 1, trackers: 1 });
  assert.equal(rnd.nat.mapping, "address-and-port-dependent");
});

test("trackers that do not know each other: the laxer filters stay unknown", () => {
  for (const kind of ["eif", "adf"] as const) {
    const { nat, observers } = surveyed({ kind, seed: 1, partners: false });
    assert.equal(nat.mapping, "endpoint-independent");
    assert.equal(nat.filtering, "unknown");
    assert.ok(observers.every(({ helper }) => !helper));
  }
});

test("without trackers that know each other, nodes of the overlay help", () => {
  for (const kind of ["eif", "adf"] as const) {
    const verdicts = Array.from({ length: 4 }, (_, seed) => {
      const others = { kind: "apdf", count: 6 } as const;
      const { report } = runSurvey({ kind, seed, loss: LOSS, partners: false, others });
      return verdictOn(kind, report);
    });
    assert.ok(!verdicts.some((verdict) => !["right", "unknown"].includes(verdict)), `${verdicts}`);
    const right = verdicts.filter((verdict) => verdict === "right").length;
    assert.ok(right >= 3, `${kind}: ${verdicts}`);
  }
});

test("trackers with one port each: a silent port is no evidence", () => {
  const { nat, observers } = surveyed({ kind: "apdf", seed: 1, ports: 1 });
  assert.equal(nat.filtering, "unknown");
  assert.ok(observers.every(({ otherPort }) => !otherPort));
});

test("one tracker that does not answer may be down: whether UDP is blocked stays unknown", () => {
  assert.equal(surveyed({ kind: "blocked", seed: 1, trackers: 1 }).udp, undefined);
});

test("hairpin: whether two sockets meet by their outside addresses", () => {
  for (const kind of ["eif", "adf", "apdf"] as const) {
    for (const hairpin of [true, false]) {
      const report = surveyed({ kind, seed: 1, behaviour: { hairpin } });
      assert.equal(report.hairpin, hairpin, kind);
    }
  }
  assert.equal(surveyed({ kind: "rnd", seed: 1 }).hairpin, undefined);
  assert.equal(surveyed({ kind: "open", seed: 1 }).hairpin, undefined);
});

test("lifetime: 0.8 of the longest idle time that a binding survived", () => {
  const cases = [
    [20_000, 25_000, undefined, 30],
    [50_000, 36_000, 45, 60],
    [100_000, 72_000, 90, 120],
    [300_000, 120_000, 180, undefined],
  ] as const;
  for (const [timeoutMs, keepAliveMs, longestS, brokenS] of cases) {
    const behaviour = { timeoutMs, assuredTimeoutMs: timeoutMs };
    const { lifetime } = surveyed({ kind: "apdf", seed: 1, loss: 0, lifetime: true, behaviour });
    assert.deepEqual(lifetime, { keepAliveMs, longestS, brokenS });
  }
});
