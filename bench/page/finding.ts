import { formatNumber } from "../report/markdown.ts";
import type { Table } from "../experiment.ts";

/** One figure beside what was published and what the project asks of it. */
export interface Finding {
  what: string;
  /** Of `measured` and `limit`: `steps`, `s`, `%`. */
  unit: string;
  /** Null when it was not reached. */
  measured: number | null;
  /** In words, with its unit. */
  published?: string;
  target?: { sense: "at most" | "at least"; limit: number };
}

export const atMost = (limit: number): NonNullable<Finding["target"]> => ({
  sense: "at most",
  limit,
});
export const atLeast = (limit: number): NonNullable<Finding["target"]> => ({
  sense: "at least",
  limit,
});

/** `met, 6.6 steps to spare (35 %)`, `missed by 60 s (100 %)`; a dash where nothing is asked. */
export function outcome({ measured, target, unit }: Finding): string {
  if (target === undefined) return "–";
  if (measured === null) return "**missed**: not reached";
  const { sense, limit } = target;
  const spare = sense === "at most" ? limit - measured : measured - limit;
  const size = withUnit(Math.abs(spare), unit);
  const share =
    limit === 0 || unit === "%" ? "" : ` (${Math.round(Math.abs(spare / limit) * 100)} %)`;
  if (spare < 0) return `**missed** by ${size}${share}`;
  return spare === 0 ? "met" : `met, ${size} to spare${share}`;
}

export function isMissed({ measured, target }: Finding): boolean {
  if (target === undefined) return false;
  if (measured === null) return true;
  return target.sense === "at most" ? measured > target.limit : measured < target.limit;
}

export function findingsTable(findings: readonly Finding[]): Table {
  const right = (title: string) => ({ title, align: "right" as const });
  return {
    columns: [
      { title: "figure" },
      right("published"),
      right("target"),
      right("measured"),
      { title: "outcome" },
    ],
    rows: findings.map((finding) => {
      const { what, published, target, measured, unit } = finding;
      return [
        what,
        published ?? "–",
        target === undefined ? "–" : `${target.sense} ${withUnit(target.limit, unit)}`,
        measured === null ? "not reached" : withUnit(measured, unit),
        outcome(finding),
      ];
    }),
  };
}

function withUnit(value: number, unit: string): string {
  const digits = value >= 100 ? Math.round(value) : Math.round(value * 1_000) / 1_000;
  return `${formatNumber(digits)}${unit === "" ? "" : ` ${unit}`}`;
}
