import {
  DISTRIBUTIONS,
  type Measured,
  punctureOpens,
  SHARED_KINDS,
  weigh,
  weighAided,
  type Weighted,
  weighedInterval,
} from "../analysis/nat-shares.ts";
import { round } from "../analysis/statistics.ts";
import type { NatKind } from "../../node/testing/nat-kinds.ts";
import type { PairRow } from "./nat-row.ts";

/** Of one published distribution of NATs. */
export interface WeightedRow {
  /** Share of all pairs of nodes that get through, and of those of which neither is blocked. */
  all: number;
  unblocked: number;
  /** 95 % interval of `unblocked`. */
  low: number;
  high: number;
  /** The same with mapped ports and IPv6 as common as the figures for Tailscale and iroh assume. */
  aided: Weighted;
  /** What plain puncturing opens at best. */
  puncture: Weighted;
  /** Calculated for others in the same way, and what we want to reach, of unblocked pairs. */
  others: { hyperdht: number; tailscaleAndIroh: number; target: number };
}

/** Empty unless every pair that the distributions need was measured. */
export function weightedRows(pairs: readonly PairRow[]): Record<string, WeightedRow> {
  const measured = lookup(pairs);
  const isComplete = SHARED_KINDS.every((a) =>
    SHARED_KINDS.every((b) => measured(a, b) !== undefined),
  );
  if (!isComplete) return {};
  const cell = (a: NatKind, b: NatKind): Measured => measured(a, b)!;
  const success = (a: NatKind, b: NatKind): number => cell(a, b).success;
  return Object.fromEntries(
    Object.entries(DISTRIBUTIONS).map(([name, distribution]) => {
      const { all, unblocked } = weigh(distribution, success);
      const aided = weighAided(distribution, success);
      const puncture = weigh(distribution, (a, b) => (punctureOpens(a, b) ? 1 : 0));
      const [low, high] = weighedInterval(distribution, cell);
      const row: WeightedRow = {
        all: round(all, 4),
        unblocked: round(unblocked, 4),
        low: round(low, 4),
        high: round(high, 4),
        aided: rounded(aided),
        puncture: rounded(puncture),
        others: distribution.others,
      };
      return [name, row];
    }),
  );
}

function rounded({ all, unblocked }: Weighted): Weighted {
  return { all: round(all, 4), unblocked: round(unblocked, 4) };
}

/** The iroh project's public test has these four, in every ordered pair; 13 of its 16 pass (2026). */
export const GRID_KINDS: readonly { theirs: string; ours: NatKind }[] = [
  { theirs: "None", ours: "open" },
  { theirs: "Open", ours: "eif" },
  { theirs: "Moderate", ours: "apdf" },
  { theirs: "Strict", ours: "rnd" },
];
export const GRID_OTHERS = { passed: 13, of: 16 };

export interface Grid {
  kinds: { theirs: string; ours: NatKind }[];
  /** Measured, `a` along the rows. */
  success: number[][];
  /** Cells in which every trial succeeded. */
  passed: number;
  iroh: { passed: number; of: number };
}

/** Null unless every pair of it was measured. */
export function gridOf(pairs: readonly PairRow[]): Grid | null {
  const measured = lookup(pairs);
  const rows = GRID_KINDS.map((a) => GRID_KINDS.map((b) => measured(a.ours, b.ours)?.success));
  const cells = rows.flat();
  if (cells.includes(undefined)) return null;
  return {
    kinds: [...GRID_KINDS],
    success: rows as number[][],
    passed: cells.filter((success) => success === 1).length,
    iroh: GRID_OTHERS,
  };
}

function lookup(pairs: readonly PairRow[]): (a: NatKind, b: NatKind) => PairRow | undefined {
  /** BOUNDED: by the pairs. */
  const rows = new Map(pairs.map((row) => [`${row.a}:${row.b}`, row]));
  return (a, b) => rows.get(`${a}:${b}`);
}
