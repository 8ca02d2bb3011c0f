import { type Shift, round, shiftBetween } from "../analysis/statistics.ts";
import { type ReportSection, table, text } from "../experiment.ts";
import { getsThrough, isSuccess, type PairRow, type Trial } from "./nat-row.ts";
import { milliseconds, percent, right } from "./nat-words.ts";

/** One pair of NATs, ours beside another system's in the same lab. */
export interface PeerRow {
  a: string;
  b: string;
  ours: Side;
  theirs: Side;
  /** By how much ours takes longer; null where not both get through, or in too few trials. */
  later: Shift | null;
}

/** Of one system: its share of successes with the 95 % interval, and its median time. */
type Side = Pick<PairRow, "trials" | "success" | "low" | "high" | "bundleP50Ms">;

export interface Measured {
  row: PairRow;
  trials: readonly Trial[];
}

/** Of pairs that something opens. `timeoutMs`: a trial without success counts as one that took so long. */
export function peerRows(
  ours: readonly Measured[],
  theirs: readonly Measured[],
  timeoutMs: number,
): PeerRow[] {
  const times = ({ trials }: Measured): number[] =>
    trials.map((trial) => (isSuccess(trial) ? trial.bundleMs! : timeoutMs));
  return ours.flatMap((mine, i) => {
    const other = theirs[i]!;
    if (!mine.row.possible) return [];
    const { a, b } = mine.row;
    const isCompared = getsThrough(mine.row) && getsThrough(other.row);
    const later = isCompared ? shiftBetween(times(mine), times(other)) : null;
    return [{ a, b, ours: sideOf(mine.row), theirs: sideOf(other.row), later: rounded(later) }];
  });
}

/** The pairs in which we are later, whatever chance did: the whole interval is on that side. */
export function laterPairs(rows: readonly PeerRow[]): PeerRow[] {
  return rows.filter(({ later }) => later !== null && later.low > 0);
}

export function comparedPairs(rows: readonly PeerRow[]): PeerRow[] {
  return rows.filter(({ later }) => later !== null);
}

export function peerSection(name: string, rows: readonly PeerRow[]): ReportSection {
  const compared = comparedPairs(rows);
  const sooner = compared.filter(({ later }) => later!.high < 0).length;
  const through = (of: "ours" | "theirs"): number =>
    rows.filter((row) => getsThrough(row[of])).length;
  return {
    title: `Beside ${name}`,
    parts: [
      text(
        "The same pairs in the same labs, in turn, over the same delays, each trial with fresh processes. Ours: from " +
          `when the joiner is ready until it holds its first bundle. ${name}: from \`connect()\` until the first byte, ` +
          "by its own clock. Both other ends have been in touch with trackers, or DHT nodes, before. Of the joiners " +
          `only ${name}'s has for certain: it counts from when it is bootstrapped. Ours asks its trackers for tokens ` +
          "while it opens its home, and is ready without waiting for them.",
      ),
      text(
        `Of ${rows.length} pairs that something opens, ours get through in ${through("ours")} and ${name} in ` +
          `${through("theirs")}, in at least half of the trials. Both do in ${compared.length}: ours is sooner in ` +
          `${sooner}, later in ${laterPairs(rows).length}, and in the others the 95 % interval of the difference holds ` +
          "zero (Hodges and Lehmann 1963; a trial without success counts as one that took all the time it had).",
      ),
      table(
        [
          "has it",
          "joins",
          right("ours: success"),
          right("95 % interval"),
          right("median"),
          right(`${name}: success`),
          right("95 % interval"),
          right("median"),
          right("ours later by"),
          right("95 % interval"),
        ],
        rows.map(({ a, b, ours, theirs, later }) => [
          a,
          b,
          ...sideCells(ours),
          ...sideCells(theirs),
          later === null ? "–" : milliseconds(later.shift),
          later === null ? "–" : `${milliseconds(later.low)} to ${milliseconds(later.high)}`,
        ]),
      ),
    ],
  };
}

function sideCells({ trials, success, low, high, bundleP50Ms }: Side): string[] {
  return [
    `${percent(success)} of ${trials}`,
    `${percent(low)} to ${percent(high)}`,
    milliseconds(bundleP50Ms),
  ];
}

function sideOf({ trials, success, low, high, bundleP50Ms }: PairRow): Side {
  return { trials, success, low, high, bundleP50Ms };
}

function rounded(shift: Shift | null): Shift | null {
  if (shift === null) return null;
  return { shift: round(shift.shift, 0), low: round(shift.low, 0), high: round(shift.high, 0) };
}
