import { differenceInterval, round } from "../analysis/statistics.ts";
import { type ReportSection, table, text } from "../experiment.ts";
import type { PairRow } from "./nat-row.ts";
import { milliseconds, percent, right } from "./nat-words.ts";

/** One pair of two tables. */
export interface Beside {
  a: string;
  b: string;
  /** Success here less success there, and its 95 % interval. */
  difference: number;
  low: number;
  high: number;
  /** Whether zero is in it. */
  isEqual: boolean;
  /** Median here over median there; null where either has none. */
  ratio: number | null;
}

/** The pairs that both have, without those that nothing opens: that both fail there is no agreement. */
export function besideRows(here: readonly PairRow[], there: readonly PairRow[]): Beside[] {
  return matched(here, there).map(([one, other]) => {
    const [low, high] = differenceInterval(one, other);
    return {
      a: one.a,
      b: one.b,
      difference: round(one.success - other.success, 4),
      low: round(low, 4),
      high: round(high, 4),
      isEqual: low <= 0 && high >= 0,
      ratio:
        one.p50Ms === null || other.p50Ms === null || other.p50Ms === 0
          ? null
          : round(one.p50Ms / other.p50Ms, 3),
    };
  });
}

/** The lab's figures beside the model's. */
export function modelSection(here: readonly PairRow[], there: readonly PairRow[]): ReportSection {
  const rows = besideRows(here, there);
  const unequal = rows.filter(({ isEqual }) => !isEqual).length;
  return {
    title: "The lab beside the model",
    parts: [
      text(
        "Success in the lab less that in the model, with its 95 % interval (Newcombe 1998). In " +
          `${rows.length - unequal} of ${rows.length} pairs it holds zero; by chance alone it would not in one of ` +
          "twenty. Pairs that nothing opens are not among them.",
      ),
      besideTable(["lab", "model"], here, there, rows),
    ],
  };
}

function besideTable(
  [one, other]: readonly [string, string],
  here: readonly PairRow[],
  there: readonly PairRow[],
  rows: readonly Beside[],
): ReturnType<typeof table> {
  return table(
    [
      "has it",
      "joins",
      right(`${one}: trials`),
      right("success"),
      right("median"),
      right(`${other}: trials`),
      right("success"),
      right("median"),
      right("difference"),
      right("95 % interval"),
      right("ratio of the medians"),
    ],
    matched(here, there).map(([mine, theirs], i) => {
      const { difference, low, high, isEqual, ratio } = rows[i]!;
      return [
        mine.a,
        mine.b,
        mine.trials,
        percent(mine.success),
        milliseconds(mine.p50Ms),
        theirs.trials,
        percent(theirs.success),
        milliseconds(theirs.p50Ms),
        isEqual ? percent(difference) : `**${percent(difference)}**`,
        `${percent(low)} to ${percent(high)}`,
        ratio ?? "–",
      ];
    }),
  );
}

function matched(here: readonly PairRow[], there: readonly PairRow[]): [PairRow, PairRow][] {
  const possible = here.filter((row) => row.possible);
  return possible.flatMap((row): [PairRow, PairRow][] => {
    const other = there.find(({ a, b }) => a === row.a && b === row.b);
    return other === undefined ? [] : [[row, other]];
  });
}
