import { EXIT, UserError } from "../../node/host/errors.ts";
import type { Ports } from "../experiment.ts";
import type { Kind, NatOptions } from "../lab/kinds/kinds.ts";
import { DEFAULT_LAB, Lab, type LabOptions } from "../lab/lab.ts";
import type { Host } from "../lab/plan.ts";
import { DISPERSY, type System, type TrialPair, type TrialResult } from "../lab/trial.ts";
import { HYPERDHT } from "../peers/hyperdht.ts";
import { type PairRow, rowOf, type Trial } from "./nat-row.ts";
import { kindOf, opens, type Pair } from "./nat-sides.ts";

export interface LabMatrixOptions {
  trials: number;
  /** Seconds. */
  timeout: number;
  loss: number;
  hops: number;
}

/** A real second each: a pair that no strategy opens is not waited for more often than this. */
const MAX_CLOSED_TRIALS = 5;

export const SYSTEMS: Readonly<Record<string, System>> = {
  [DISPERSY.name]: DISPERSY,
  [HYPERDHT.name]: HYPERDHT,
};

/** How a pair is set up: which lab, and what in it. */
interface Setting {
  lab: Pick<LabOptions, "doubleNat" | "isolated">;
  pair: TrialPair;
}

/** Real processes behind kernel NATs, pair by pair, in as many labs as the pairs need. Throws a UserError where that is not possible. */
export async function labRows(
  system: System,
  pairs: readonly Pair[],
  options: LabMatrixOptions,
  ports: Ports,
): Promise<PairRow[]> {
  const settings = pairs.map((pair) => ({ pair, setting: settingOf(pair) }));
  const rows = new Map<Pair, PairRow>();
  for (const lab of new Set(settings.map(({ setting }) => JSON.stringify(setting.lab)))) {
    const own = settings.filter(({ setting }) => JSON.stringify(setting.lab) === lab);
    const kept = await Lab.up({ ...DEFAULT_LAB, ...own[0]!.setting.lab, ...wires(options) });
    try {
      await system.prepare(kept);
      for (const { pair, setting } of own) {
        rows.set(pair, await rowIn(kept, system, { pair, setting }, options, ports));
      }
    } finally {
      kept.down();
    }
  }
  return pairs.map((pair) => rows.get(pair)!);
}

async function rowIn(
  lab: Lab,
  system: System,
  { pair, setting }: { pair: Pair; setting: Setting },
  { trials, timeout }: LabMatrixOptions,
  ports: Ports,
): Promise<PairRow> {
  const count = opens(pair) ? trials : Math.min(trials, MAX_CLOSED_TRIALS);
  const results: Trial[] = [];
  for (let i = 1; i <= count; i++) {
    ports.progress(`${system.name}, ${pair.join(" to ")}: ${i} of ${count}`);
    const result = await system.trial(lab, setting.pair, timeout * 1_000);
    results.push(trialOf(result, setting.pair, system));
  }
  return rowOf(pair, results);
}

function wires({ hops, loss }: LabMatrixOptions): Pick<LabOptions, "hops" | "loss"> {
  return { hops, loss };
}

/** The lab's `a` starts first and has the bundle, as the model's does. */
function trialOf(result: TrialResult, { hosts }: TrialPair, system: System): Trial {
  const { success, bundleMs, path, crossings } = result;
  const { a, b } = crossings;
  const isOneSide = hosts?.[1] === "a2";
  const isOpen = path?.open === true;
  return {
    opened: success,
    pathMs: success && isOpen ? path.ms : null,
    // Others have no bundles: for them the path is all.
    bundleMs: system === DISPERSY ? bundleMs : result.contactedMs,
    probes: isOneSide ? a.hairpin : a.out + b.out,
    entries: isOneSide ? a.flows : a.flows + b.flows,
    strategy: path?.strategy ?? null,
    reason: success ? null : (path?.reason ?? "no path in time"),
    noPathMs: !success && path?.open === false ? path.ms : null,
    crossed: isOneSide ? null : a.in > 0 && b.in > 0,
  };
}

function settingOf(pair: Pair): Setting {
  const [a, b] = pair;
  const lab: Setting["lab"] = { doubleNat: [], isolated: false };
  const oneHome: readonly [Host, Host] = ["a", "a2"];
  if (a === "same-lan") {
    return { lab, pair: { a: { kind: "apdf" }, b: { kind: "apdf" }, hosts: oneHome } };
  }
  if (a === "hairpin") {
    const router: NatOptions = { kind: "apdf-np", hairpin: true };
    return { lab: { ...lab, isolated: true }, pair: { a: router, b: router, hosts: oneHome } };
  }
  for (const [side, name] of [
    ["a", a],
    ["b", b],
  ] as const) {
    if (name === "double-nat") lab.doubleNat = [...lab.doubleNat, side];
  }
  return { lab, pair: { a: routerOf(a), b: routerOf(b) } };
}

function routerOf(side: string): NatOptions {
  if (side === "double-nat") return { kind: "apdf" };
  const [, ...changes] = side.split("+");
  const options: NatOptions = { kind: kindOf(side) as Kind };
  for (const change of changes) {
    const [name = "", value] = change.split("=");
    const set = CHANGES[name];
    if (set === undefined) {
      throw new UserError(
        `the lab's NATs cannot be changed by "${name}".`,
        `Those that can: ${Object.keys(CHANGES).join(", ")}. The model knows the others: --sim.`,
        EXIT.usage,
      );
    }
    set(options, Number(value));
  }
  return options;
}

const CHANGES: Readonly<Record<string, (options: NatOptions, value: number) => void>> = {
  poisonable: (options) => (options.poisonable = true),
  quota: (options, value) => (options.sessionQuota = value),
  limit: (options, value) => (options.newFlowsPerSecond = value),
};
