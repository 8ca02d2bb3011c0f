import { ascending, quantile, round } from "../analysis/statistics.ts";
import { type ReportPart, type ReportSection, table, text } from "../experiment.ts";
import { rowOf, type Trial } from "./nat-row.ts";
import type { Cell, Need, SetUp, Target } from "./nat-setups.ts";
import { milliseconds, percent, right } from "./nat-words.ts";

/** What came of a set-up, beside what is asked of it. */
export interface TargetRow {
  name: string;
  title: string;
  pairs: number;
  trials: number;
  /** Of all trials together. */
  success: number;
  low: number;
  high: number;
  p50Ms: number | null;
  p95Ms: number | null;
  noPathP95Ms: number | null;
  /** The pair with the lowest share of successes, or else the slowest median. */
  worst: { a: string; b: string; trials: number; success: number; p50Ms: number | null };
  /** At most the median of another system over the same pairs in the same run. */
  peerP50Ms: number | null;
  target: Target;
  /** What is off in its control. */
  needs: Need;
  /** What was missed, in words; empty when nothing was. */
  missed: string[];
}

/** `trialsOf` gives what was measured of a cell, `peerTrialsOf` that of another system where there is one. */
export function targetRow(
  setUp: SetUp,
  trialsOf: (cell: Cell) => readonly Trial[],
  peerTrialsOf: (cell: Cell) => readonly Trial[],
): TargetRow {
  const { name, title, cells, target, needs } = setUp;
  const all = cells.flatMap((cell) => [...trialsOf(cell)]);
  const { trials, success, low, high, p50Ms, p95Ms, noPathP95Ms } = rowOf([name, name], all);
  const rows = cells.map((cell) => rowOf(cell.pair, trialsOf(cell)));
  rows.sort((x, y) => x.success - y.success || (y.p50Ms ?? 0) - (x.p50Ms ?? 0));
  const worst = rows[0]!;
  const peerMs = cells.flatMap((cell) => peerTrialsOf(cell).flatMap(({ pathMs }) => pathMs ?? []));
  const found = {
    name,
    title,
    pairs: cells.length,
    trials,
    success,
    low,
    high,
    p50Ms,
    p95Ms,
    noPathP95Ms,
    worst: {
      a: worst.a,
      b: worst.b,
      trials: worst.trials,
      success: worst.success,
      p50Ms: worst.p50Ms,
    },
    peerP50Ms: name === COMPARED ? round(quantile(ascending(peerMs), 0.5), 0) : null,
    target,
    needs,
  };
  return { ...found, missed: missedBy(found) };
}

/** Of this set-up the median is to be no longer than another system's. */
const COMPARED = "easy";

function missedBy(row: Omit<TargetRow, "missed">): string[] {
  const { success, p50Ms, p95Ms, noPathP95Ms, peerP50Ms, target } = row;
  const missed: string[] = [];
  const least = (what: string, value: number, limit: number): void => {
    if (value < limit) missed.push(`${what} ${percent(value)}`);
  };
  const most = (what: string, value: number | null, limit: number | null | undefined): void => {
    if (limit === undefined || limit === null) return;
    if (value === null || value > limit) missed.push(`${what} ${milliseconds(value)}`);
  };
  least("success", success, target.success);
  most("median", p50Ms, target.p50Ms);
  most("median", p50Ms, peerP50Ms);
  most("95 %", p95Ms, target.p95Ms);
  most("said after", noPathP95Ms, target.noPathMs);
  return missed;
}

export function targetSection(rows: readonly TargetRow[]): ReportSection {
  return {
    title: "What is asked",
    parts: [
      text(
        "Success and times are of all trials of a set-up together, over all of its pairs. Times count from the " +
          "introduction that names the other node to the first datagram that came back.",
      ),
      targetTable(rows),
    ],
  };
}

function targetTable(rows: readonly TargetRow[]): ReportPart {
  return table(
    [
      "set-up",
      right("pairs"),
      right("trials"),
      right("success"),
      right("95 % interval"),
      right("asked"),
      right("median"),
      right("asked"),
      right("95 %"),
      right("asked"),
      "weakest pair",
      "outcome",
    ],
    rows.map((row) => {
      const { title, pairs, trials, success, low, high, target, worst, missed } = row;
      const isClosed = target.noPathMs !== undefined;
      return [
        title,
        pairs,
        trials,
        percent(success),
        `${percent(low)} to ${percent(high)}`,
        isClosed ? "said" : percent(target.success),
        milliseconds(row.p50Ms),
        milliseconds(target.p50Ms ?? row.peerP50Ms),
        milliseconds(isClosed ? row.noPathP95Ms : row.p95Ms),
        milliseconds(target.noPathMs ?? target.p95Ms ?? null),
        `${worst.a}:${worst.b} ${percent(worst.success)} of ${worst.trials}, ${milliseconds(worst.p50Ms)}`,
        missed.length === 0 ? "met" : `**missed**: ${missed.join(", ")}`,
      ];
    }),
  );
}
