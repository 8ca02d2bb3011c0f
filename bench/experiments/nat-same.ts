import { type Distribution, DISTRIBUTIONS, SHARED_KINDS } from "../analysis/nat-shares.ts";
import { round } from "../analysis/statistics.ts";
import { type ReportSection, table, text } from "../experiment.ts";
import type { PairRow } from "./nat-row.ts";
import { isBlocked } from "./nat-sides.ts";
import { milliseconds, percent, right } from "./nat-words.ts";

/** One ordered pair of sides whose overlay has a member on a public host that takes WebSockets. */
export interface SameRow {
  a: string;
  b: string;
  /** Share of the trials in which a direct path opened, without that member; null where it was not measured. */
  direct: number | null;
  trials: number;
  /** Share of the trials in which both ended with the same set, and its 95 % interval (Wilson). */
  same: number;
  low: number;
  high: number;
  /** From when both ran until both held the same. */
  p50Ms: number | null;
  p95Ms: number | null;
  /** By what each was in touch, and how often. */
  ways: Record<string, number>;
  /** At most, of all trials. */
  targetMs: number;
  missed: string[];
}

export interface SameWeighted {
  /** Share of all pairs of nodes, the blocked included, that end with the same set. */
  same: number;
  target: number;
  isMissed: boolean;
}

/** Any two members end with the same set. */
const TARGET = 1;
/** UDP has a chance of 3 s, then a WebSocket opens; and there is the time of the two programs that write and read. */
const ONE_BLOCKED_MS = 15_000;
const BOTH_BLOCKED_MS = 30_000;

/** `rows`: of trials with that member; `direct`: of those without. */
export function sameRows(rows: readonly PairRow[], direct: readonly PairRow[]): SameRow[] {
  return rows.map(({ a, b, trials, success, low, high, bundleP50Ms, bundleP95Ms, strategies }) => {
    const measured = direct.find((row) => row.a === a && row.b === b)?.success;
    const targetMs = [a, b].every(isBlocked) ? BOTH_BLOCKED_MS : ONE_BLOCKED_MS;
    const isLate = bundleP95Ms !== null && bundleP95Ms > targetMs;
    return {
      a,
      b,
      direct: measured ?? ([a, b].some(isBlocked) ? 0 : null),
      trials,
      same: success,
      low,
      high,
      p50Ms: bundleP50Ms,
      p95Ms: bundleP95Ms,
      ways: strategies,
      targetMs,
      missed: [
        ...(success < TARGET ? [`same set ${percent(success)}`] : []),
        ...(isLate ? [milliseconds(bundleP95Ms)] : []),
      ],
    };
  });
}

/** By published distributions, blocked nodes included; empty unless every pair that they need was measured. */
export function sameWeighted(rows: readonly SameRow[]): Record<string, SameWeighted> {
  /** BOUNDED: by the rows. */
  const measured = new Map(rows.map((row) => [`${row.a}:${row.b}`, row.same]));
  const kinds = [...SHARED_KINDS, "blocked"] as const;
  const pairs = kinds.flatMap((a) => kinds.map((b) => [a, b] as const));
  if (pairs.some(([a, b]) => !measured.has(`${a}:${b}`))) return {};
  const shareOf = ({ shares, blocked }: Distribution, kind: (typeof kinds)[number]): number =>
    kind === "blocked" ? blocked : shares[kind];
  return Object.fromEntries(
    Object.entries(DISTRIBUTIONS).map(([name, distribution]) => {
      const sum = pairs.reduce((so, [a, b]) => {
        const weight = shareOf(distribution, a) * shareOf(distribution, b);
        return so + weight * measured.get(`${a}:${b}`)!;
      }, 0);
      const same = round(sum, 4);
      return [name, { same, target: TARGET, isMissed: same < TARGET }];
    }),
  );
}

export function sameSection(rows: readonly SameRow[]): ReportSection {
  return {
    title: "Pairs that end with the same set",
    parts: [
      text(
        "The same NATs, two trackers and one member more, on a public host with a WebSocket: both nodes begin with its " +
          "ticket and a bundle each, the second one's written once it may write. Times count from when both ran. Asked " +
          `is every trial, within ${milliseconds(ONE_BLOCKED_MS)}, or ${milliseconds(BOTH_BLOCKED_MS)} where no UDP ` +
          "leaves either side.",
      ),
      table(
        [
          "a",
          "b",
          right("a direct path opens"),
          right("end with the same set"),
          right("trials"),
          right("95 % interval"),
          right("median"),
          right("95 %"),
          "in touch by",
          "outcome",
        ],
        rows.map((row) => [
          row.a,
          row.b,
          row.direct === null ? "–" : percent(row.direct),
          percent(row.same),
          row.trials,
          `${percent(row.low)} to ${percent(row.high)}`,
          milliseconds(row.p50Ms),
          milliseconds(row.p95Ms),
          Object.keys(row.ways).join("; "),
          row.missed.length === 0 ? "met" : `**missed**: ${row.missed.join(", ")}`,
        ]),
      ),
      ...weightedTable(sameWeighted(rows)),
    ],
  };
}

function weightedTable(weighted: Record<string, SameWeighted>): ReportSection["parts"] {
  const found = Object.entries(weighted);
  if (found.length === 0) return [];
  return [
    table(
      ["distribution", right("end with the same set"), right("target"), "outcome"],
      found.map(([name, { same, target, isMissed }]) => [
        DISTRIBUTIONS[name as keyof typeof DISTRIBUTIONS].name,
        percent(same),
        percent(target),
        isMissed ? "**missed**" : "met",
      ]),
    ),
  ];
}
