import type { Kind, NatOptions } from "./kinds/kinds.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { firstOutput, ownProgram } from "./programs.ts";
import { OBSERVERS, PLAN, SIDES, type Host, type Side } from "./plan.ts";
import type { System, TrialResult } from "./trial.ts";

export type KindPair = readonly [a: Kind, b: Kind];
/** What a router does besides translating. */
export type RouterOptions = Omit<NatOptions, "kind">;

export interface MatrixOptions {
  system: System;
  lab: LabOptions;
  pairs: readonly KindPair[];
  trials: number;
  /** A trial without success ends then. */
  timeoutMs: number;
  routers: { a: RouterOptions; b: RouterOptions };
  /** Who meets: `a` and `b`, or `a` and `a2`, whose kinds are then one. */
  hosts: readonly [Host, Host];
  /** NAT entries per second that others in each LAN open. */
  drift: number;
}

export interface Cell {
  a: Kind;
  b: Kind;
  results: TrialResult[];
}

/** Every pair of the kinds; `a` with `b` and `b` with `a` are two if `ordered`, for who starts first differs. */
export function pairsOf(kinds: readonly Kind[], ordered: boolean): KindPair[] {
  return kinds.flatMap((a, row) =>
    (ordered ? kinds : kinds.slice(row)).map((b): KindPair => [a, b]),
  );
}

/** All pairs in one lab, cell by cell as they are done. */
export async function* runMatrix(options: MatrixOptions): AsyncGenerator<Cell> {
  const { system, pairs, trials, timeoutMs, routers, hosts, drift } = options;
  const lab = await Lab.up(options.lab);
  try {
    await system.prepare(lab);
    for (const side of SIDES) if (drift > 0) await startDrift(lab, side, drift);
    for (const [a, b] of pairs) {
      const pair = { a: { kind: a, ...routers.a }, b: { kind: b, ...routers.b }, hosts };
      const results: TrialResult[] = [];
      for (let i = 0; i < trials; i++) results.push(await system.trial(lab, pair, timeoutMs));
      yield { a, b, results };
    }
  } finally {
    lab.down();
  }
}

/** Somebody else in a LAN, as long as the lab stands. */
export async function startDrift(lab: Lab, side: Side, perSecond: number): Promise<void> {
  const [, neighbour] = PLAN[side].hosts;
  const command = ownProgram("foreign", String(perSecond), OBSERVERS[2]!.ips[0]!);
  await firstOutput(lab.spawn(neighbour, command, { stdio: ["ignore", "pipe", "inherit"] }));
}

/** A cell as one line of JSON: successes of trials, median times in ms. */
export function cellJson({ a, b, results }: Cell): object {
  const paths = results.flatMap(({ path }) => path ?? []);
  const opened = paths.filter(({ open }) => open).map(({ ms }) => ms);
  const sum = (name: "out" | "in" | "flows"): number[] =>
    results.map(({ crossings }) => crossings.a[name] + crossings.b[name]);
  return {
    a,
    b,
    trials: results.length,
    successes: results.filter(({ success }) => success).length,
    pathP50Ms: quantile(opened, 0.5),
    pathP95Ms: quantile(opened, 0.95),
    contactedMs: quantile(
      results.map((result) => result.contactedMs),
      0.5,
    ),
    bundleMs: quantile(
      results.map((result) => result.bundleMs),
      0.5,
    ),
    noPathSaidMs: quantile(
      paths.filter(({ open }) => !open).map(({ ms }) => ms),
      0.5,
    ),
    strategies: [...new Set(paths.map(({ strategy }) => strategy))],
    reasons: [...new Set(paths.flatMap(({ reason }) => reason ?? []))],
    probes: quantile(
      paths.map(({ probes }) => probes),
      0.5,
    ),
    directOut: quantile(sum("out"), 0.5),
    directIn: quantile(sum("in"), 0.5),
    hairpin: quantile(
      results.map(({ crossings }) => crossings.a.hairpin),
      0.5,
    ),
    flows: quantile(sum("flows"), 0.5),
  };
}

/** Nearest rank of what is known; null of nothing. */
function quantile(values: readonly (number | null)[], share: number): number | null {
  const known = values.filter((value) => value !== null).sort((x, y) => x - y);
  return known[Math.max(0, Math.ceil(known.length * share) - 1)] ?? null;
}
