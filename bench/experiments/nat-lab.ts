import type { Ports } from "../experiment.ts";
import { Lab } from "../lab/lab.ts";
import { startDrift } from "../lab/matrix.ts";
import { SIDES } from "../lab/plan.ts";
import { WITH_MEMBER } from "../lab/same-set.ts";
import { DISPERSY, type System, type TrialPair, type TrialResult } from "../lab/trial.ts";
import { HYPERDHT } from "../peers/hyperdht.ts";
import { placeOf, type Setting, settingOf } from "./nat-lab-settings.ts";
import type { TrialRecord } from "./nat-record.ts";
import type { Trial } from "./nat-row.ts";
import type { Cell } from "./nat-setups.ts";
import { opens } from "./nat-sides.ts";

/** Trials of one cell that are wanted, of one system. */
export interface Wanted {
  system: System;
  cell: Cell;
  trials: number;
}

export interface LabRunOptions {
  /** Seconds. */
  timeout: number;
  bundles: number;
}

export const SYSTEMS: Readonly<Record<string, System>> = {
  [DISPERSY.name]: DISPERSY,
  [HYPERDHT.name]: HYPERDHT,
};

/** Seconds each: a pair that no strategy opens is not waited for more often than this. */
const MAX_CLOSED_TRIALS = 1;

/**
 * Real processes behind kernel NATs, in as many labs as the cells need, one after the other; the record holds what was
 * measured. Throws a UserError where that is not possible.
 */
export async function measureInLab(
  wanted: readonly Wanted[],
  record: TrialRecord,
  options: LabRunOptions,
  ports: Ports,
): Promise<void> {
  const all = wanted.map((each) => ({ ...each, setting: settingOf(each.cell) }));
  for (const place of new Set(all.map(({ setting }) => placeOf(setting)))) {
    const here = all.filter(({ setting }) => placeOf(setting) === place);
    if (here.every((each) => missing(each, record, options) === 0)) continue;
    await measureAt(here, record, options, ports);
  }
}

interface Placed extends Wanted {
  setting: Setting;
}

/** In rounds, so that systems and cells share the machine's good and bad times, and a run that is ended is of use. */
async function measureAt(
  here: readonly Placed[],
  record: TrialRecord,
  options: LabRunOptions,
  ports: Ports,
): Promise<void> {
  const { lab: ofLab, foreign } = here[0]!.setting;
  const lab = await Lab.up(ofLab);
  try {
    for (const system of new Set(here.map((each) => each.system))) await system.prepare(lab);
    for (const side of SIDES) if (foreign[side] > 0) await startDrift(lab, side, foreign[side]);
    for (let round = 1; here.some((each) => missing(each, record, options) > 0); round++) {
      for (const each of here) {
        const left = missing(each, record, options);
        if (left === 0) continue;
        const { system, cell, setting } = each;
        ports.progress(`${system.name}, ${cell.pair.join(" to ")}: ${left} to go, round ${round}`);
        const pair: TrialPair = { ...setting.pair, bundles: options.bundles };
        const result = await system.trial(lab, pair, options.timeout * 1_000);
        record.add(trialKey(each, options), trialOf(result, pair));
      }
    }
  } finally {
    lab.down();
  }
}

/** Under which the record keeps the trials. */
export function trialKey(
  { system, cell }: Pick<Wanted, "system" | "cell">,
  { bundles }: Pick<LabRunOptions, "bundles">,
): Parameters<TrialRecord["of"]>[0] {
  const { pair, ...where } = cell;
  return { system: system.name, a: pair[0], b: pair[1], ...where, bundles };
}

/** Trials that the record lacks. */
export function missing(wanted: Wanted, record: TrialRecord, options: LabRunOptions): number {
  const { system, cell, trials } = wanted;
  const count =
    system === WITH_MEMBER || opens(cell.pair) ? trials : Math.min(trials, MAX_CLOSED_TRIALS);
  return Math.max(0, count - record.of(trialKey(wanted, options)).length);
}

/** The lab's `a` starts first and has the bundles, as the model's does. */
function trialOf(result: TrialResult, { hosts }: TrialPair): Trial {
  const { success, contactedMs, bundleMs, path, crossings } = result;
  const { a, b } = crossings;
  const isOneSide = hosts?.[1] === "a2";
  const isOpen = path?.open === true;
  return {
    opened: success,
    // Two of one LAN meet by the ticket, before anybody names them: then it is from the start.
    pathMs: success ? (isOpen ? path.ms : contactedMs) : null,
    bundleMs,
    probes: isOneSide ? a.hairpin : a.out + b.out,
    entries: isOneSide ? a.flows : a.flows + b.flows,
    strategy: path?.strategy ?? null,
    reason: success ? null : (path?.reason ?? "no path in time"),
    noPathMs: !success && path?.open === false ? path.ms : null,
    crossed: isOneSide ? null : a.in > 0 && b.in > 0,
  };
}
