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
  /** What is asked. It is a target only with a control that misses it, else a limit and no proof of a mechanism. */
  target?: { sense: "at most" | "at least"; limit: number };
  control?: Control;
  /** Why the failing of a limit cannot be shown; without it, nobody has shown it yet. */
  noControl?: string;
}

/** The same figure with the mechanism behind it switched off. */
export interface Control {
  /** In words, what was switched off: `sketches`, `pushing new bundles`. */
  off: string;
  /** Null when it was not reached. */
  measured: number | null;
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
  return target !== undefined && misses(target, measured);
}

function misses({ sense, limit }: NonNullable<Finding["target"]>, measured: number | null) {
  if (measured === null) return true;
  return sense === "at most" ? measured > limit : measured < limit;
}

/** Whether it is asked and fails when what is behind it is off. */
export function isTarget({ target, control }: Finding): boolean {
  return target !== undefined && control !== undefined && misses(target, control.measured);
}

/** Whether it is asked without proof that it could fail. */
export function isLimit(finding: Finding): boolean {
  return finding.target !== undefined && !isTarget(finding);
}

const MEETS_TOO = "its control meets it too";

export function whyLimit({ control, noControl }: Finding): string {
  return control !== undefined ? MEETS_TOO : (noControl ?? "not shown yet");
}

/** `without sketches: 700 steps`; says so where that is as good. */
function controlWords({ control, target, unit }: Finding): string {
  if (control === undefined) return "–";
  const figure = control.measured === null ? "not reached" : withUnit(control.measured, unit);
  const words = `without ${control.off}: ${figure}`;
  return target === undefined || misses(target, control.measured)
    ? words
    : `${words}; ${MEETS_TOO}`;
}

export function findingsTable(findings: readonly Finding[]): Table {
  const right = (title: string) => ({ title, align: "right" as const });
  return {
    columns: [
      { title: "figure" },
      right("published"),
      right("target or limit"),
      right("measured"),
      { title: "outcome" },
      { title: "control" },
    ],
    rows: findings.map((finding) => {
      const { what, published, target, measured, unit } = finding;
      return [
        what,
        published ?? "–",
        target === undefined
          ? "–"
          : `${isTarget(finding) ? "target" : "limit"}: ${target.sense} ${withUnit(target.limit, unit)}`,
        measured === null ? "not reached" : withUnit(measured, unit),
        outcome(finding),
        controlWords(finding),
      ];
    }),
  };
}

function withUnit(value: number, unit: string): string {
  const digits = value >= 100 ? Math.round(value) : Math.round(value * 1_000) / 1_000;
  return `${formatNumber(digits)}${unit === "" ? "" : ` ${unit}`}`;
}
