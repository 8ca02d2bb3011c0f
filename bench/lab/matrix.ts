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
  const median = (values: (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null).sort((x, y) => x - y);
    return known[Math.floor(known.length / 2)] ?? null;
  };
  return {
    a,
    b,
    trials: results.length,
    successes: results.filter(({ success }) => success).length,
    contactedMs: median(results.map((result) => result.contactedMs)),
    bundleMs: median(results.map((result) => result.bundleMs)),
    pathMs: median(results.map(({ path }) => path?.ms ?? null)),
    strategies: [...new Set(results.flatMap(({ path }) => path?.strategy ?? []))],
    probes: median(results.map(({ path }) => path?.probes ?? null)),
    directOut: median(results.map(({ crossings }) => crossings.a.out + crossings.b.out)),
    directIn: median(results.map(({ crossings }) => crossings.a.in + crossings.b.in)),
    hairpin: median(results.map(({ crossings }) => crossings.a.hairpin)),
    flows: median(results.map(({ crossings }) => crossings.a.flows + crossings.b.flows)),
  };
}
