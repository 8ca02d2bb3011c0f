import { EXIT, UserError } from "../../node/host/errors.ts";
import type { Ports } from "../experiment.ts";
import type { Kind, NatOptions } from "../lab/kinds/kinds.ts";
import { DEFAULT_LAB, Lab, type LabOptions } from "../lab/lab.ts";
import { startDrift } from "../lab/matrix.ts";
import { type Host, SIDES } from "../lab/plan.ts";
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
  /** Entries that a search may fill a node's own NAT with. */
  flows: number;
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
  /** NAT entries per second that others in each LAN open. */
  foreign: { a: number; b: number };
  pair: TrialPair;
}

const NO_FOREIGN: Setting["foreign"] = { a: 0, b: 0 };

/** Real processes behind kernel NATs, pair by pair, in as many labs as the pairs need. Throws a UserError where that is not possible. */
export async function labRows(
  system: System,
  pairs: readonly Pair[],
  options: LabMatrixOptions,
  ports: Ports,
): Promise<PairRow[]> {
  const { hops, loss } = options;
  const settings = pairs.map((pair) => ({ pair, setting: settingOf(pair) }));
  /** BOUNDED: by the pairs. */
  const rows = new Map<Pair, PairRow>();
  for (const place of new Set(settings.map(({ setting }) => placeOf(setting)))) {
    const here = settings.filter(({ setting }) => placeOf(setting) === place);
    const { lab: own, foreign } = here[0]!.setting;
    const lab = await Lab.up({ ...DEFAULT_LAB, ...own, hops, loss });
    try {
      await system.prepare(lab);
      for (const side of SIDES) if (foreign[side] > 0) await startDrift(lab, side, foreign[side]);
      for (const each of here) rows.set(each.pair, await rowIn(lab, system, each, options, ports));
    } finally {
      lab.down();
    }
  }
  return pairs.map((pair) => rows.get(pair)!);
}

async function rowIn(
  lab: Lab,
  system: System,
  { pair, setting }: { pair: Pair; setting: Setting },
  { trials, timeout, flows }: LabMatrixOptions,
  ports: Ports,
): Promise<PairRow> {
  const count = opens(pair) ? trials : Math.min(trials, MAX_CLOSED_TRIALS);
  const results: Trial[] = [];
  for (let i = 1; i <= count; i++) {
    ports.progress(`${system.name}, ${pair.join(" to ")}: ${i} of ${count}`);
    const result = await system.trial(lab, { ...setting.pair, maxFlows: flows }, timeout * 1_000);
    results.push(trialOf(result, setting.pair, system));
  }
  return rowOf(pair, results);
}

/** Settings that are equal in this can share a lab. */
function placeOf({ lab, foreign }: Setting): string {
  return JSON.stringify([lab, foreign]);
}

/** The lab's `a` starts first and has the bundle, as the model's does. */
function trialOf(result: TrialResult, { hosts }: TrialPair, system: System): Trial {
  const { success, bundleMs, path, crossings } = result;
  const { a, b } = crossings;
  const isOneSide = hosts?.[1] === "a2";
  const isOpen = path?.open === true;
  return {
    opened: success,
    // Two of one LAN meet by the ticket, before anybody names them: then it is from the start.
    pathMs: success ? (isOpen ? path.ms : result.contactedMs) : null,
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
    const pair: TrialPair = { a: { kind: "apdf" }, b: { kind: "apdf" }, hosts: oneHome };
    return { lab, foreign: NO_FOREIGN, pair };
  }
  if (a === "hairpin") {
    const router: NatOptions = { kind: "apdf-np", hairpin: true };
    const pair: TrialPair = { a: router, b: router, hosts: oneHome };
    return { lab: { ...lab, isolated: true }, foreign: NO_FOREIGN, pair };
  }
  for (const [side, name] of [
    ["a", a],
    ["b", b],
  ] as const) {
    if (name === "double-nat") lab.doubleNat = [...lab.doubleNat, side];
  }
  const foreign = { a: foreignOf(a), b: foreignOf(b) };
  return { lab, foreign, pair: { a: routerOf(a), b: routerOf(b) } };
}

function foreignOf(side: string): number {
  return Number(/\+foreign=([0-9]+)/.exec(side)?.[1] ?? 0);
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
  // Somebody else in the LAN does that, see `foreignOf`.
  foreign: () => {},
};
