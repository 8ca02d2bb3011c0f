import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eclipse } from "../../bench/experiments/eclipse.ts";
import { expectedShare } from "../../bench/analysis/eclipse-bound.ts";
import { profileWith } from "../../bench/experiments/eclipse-addresses.ts";
import { runRestart } from "../../bench/experiments/eclipse-restart-world.ts";
import { type EclipseOptions, runEclipse } from "../../bench/experiments/eclipse-world.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
const SMALL: EclipseOptions = {
  seed: 1,
  nodes: 8,
  attack: "ports",
  attackers: 64,
  restart: true,
  trackerDies: true,
};
const OFF = profileWith(ADAPTIVE, false);
const defended = runEclipse(SMALL);

function share({ steps, attackerSteps }: { steps: number; attackerSteps: number }): number {
  return attackerSteps / steps;
}

describe("eclipse", () => {
  test("one seed does the same twice", () => {
    assert.deepEqual(runEclipse(SMALL), defended);
  });

  test("nobody attacks: every step is to an honest node, and every bundle comes", () => {
    const run = runEclipse({ ...SMALL, attack: undefined });
    assert.equal(run.attackerSteps, 0);
    assert.equal(run.missing, 0);
    assert.equal(run.eclipsed, false);
  });

  test("a whole /16 gets at most a quarter of the steps", () => {
    for (let seed = 1; seed <= SCALE; seed++) {
      const run = runEclipse({ ...SMALL, seed, nodes: 12, attack: "slash16", restart: false });
      assert.ok(share(run) <= 0.25, `seed ${seed}: ${share(run)}`);
      assert.ok(run.attackerSteps > 0, "the attack works at all");
    }
  });

  test("two hosts do not eclipse a victim that restarts without a tracker; undefended it asks them far more", () => {
    assert.equal(defended.eclipsed, false);
    assert.equal(defended.missing, 0);
    const off = runEclipse({ ...SMALL, profile: OFF });
    assert.ok(share(off) > share(defended) + 0.2, `${share(off)} and ${share(defended)}`);
  });

  test("the paper's attack gets no more than is derived; undefended it does", () => {
    const contacted: EclipseOptions = { ...SMALL, attack: "contacted", trackerDies: false };
    const bound = expectedShare(8, SMALL.nodes);
    const on = runEclipse(contacted);
    assert.ok(share(on) <= bound, `${share(on)} of the steps, ${bound} expected`);
    const off = runEclipse({ ...contacted, profile: OFF });
    assert.ok(share(off) > bound, `without the defences ${share(off)}, above ${bound}`);
  });

  test("where nine introductions in ten are hostile the first bundle comes within 36 steps; undefended none does", () => {
    const options = { seed: 1, nodes: 3, attack: "contacted" } as const;
    const on = runRestart(options);
    assert.ok(on.firstMs !== null && on.firstMs <= 36 * 5_000, `after ${on.firstMs} ms`);
    const { introductions, hostileIntroductions } = on;
    assert.ok(hostileIntroductions >= 0.9 * introductions, "nine introductions in ten are hostile");
    const off = runRestart({ ...options, profile: OFF });
    assert.equal(off.firstMs, null, "undefended it hears nothing");
  });

  test("the experiment prints share and factor, and draws a chart", async () => {
    const options = {
      ...SMALL,
      nodes: 4,
      seeds: 1,
      defences: "on",
      sweep: "none",
      profile: "adaptive",
    };
    const { json, report } = await eclipse.run(options as never, { progress: () => {} });
    const { attackerShare, delayFactor, attacks } = json as Record<string, unknown>;
    assert.deepEqual(Object.keys(json).slice(0, 2), ["attackerShare", "delayFactor"]);
    assert.ok(typeof attackerShare === "number" && attackerShare > 0 && attackerShare < 1);
    assert.ok(typeof delayFactor === "number" && delayFactor > 0);
    assert.equal((attacks as unknown[]).length, 1);
    const charts = report.flatMap(({ parts }) => parts.filter(({ kind }) => kind === "chart"));
    assert.equal(charts.length, 1);
  });
});
