import type { Kind, NatOptions } from "./kinds/kinds.ts";
import type { Host } from "./plan.ts";
import { Lab, type LabOptions } from "./lab.ts";
import type { System, TrialResult } from "./trial.ts";

export interface MatrixOptions {
  system: System;
  lab: LabOptions;
  kinds: readonly Kind[];
  trials: number;
  /** A trial without success ends then. */
  timeoutMs: number;
  /** What the routers of both sides do besides. */
  router: Omit<NatOptions, "kind">;
  /** Who meets: `a` and `b`, or `a` and `a2`, whose kinds are then one. */
  hosts: readonly [Host, Host];
  /** Whether `a` with `b` and `b` with `a` are two cells: who starts first differs. */
  ordered: boolean;
}

export interface Cell {
  a: Kind;
  b: Kind;
  results: TrialResult[];
}

/** Every pair of kinds in one lab, cell by cell as they are done. */
export async function* runMatrix(options: MatrixOptions): AsyncGenerator<Cell> {
  const { system, kinds, trials, timeoutMs, router, hosts, ordered } = options;
  const lab = await Lab.up(options.lab);
  try {
    await system.prepare(lab);
    for (const [row, a] of kinds.entries()) {
      const sameSide = hosts[1] === "a2";
      for (const b of sameSide ? [a] : ordered ? kinds : kinds.slice(row)) {
        const results: TrialResult[] = [];
        for (let i = 0; i < trials; i++)
          results.push(
            await system.trial(
              lab,
              { a: { kind: a, ...router }, b: { kind: b, ...router }, hosts },
              timeoutMs,
            ),
          );
        yield { a, b, results };
      }
    }
  } finally {
    lab.down();
  }
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
