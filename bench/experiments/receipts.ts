import { ascending, quantile, round } from "../analysis/statistics.ts";
import { experiment, type Result, table, text } from "../experiment.ts";
import { type Trouble, TROUBLES } from "../sim/receipt-trouble.ts";
import { type ReceiptsOutcome, receiptsWorld } from "./receipts-world.ts";

interface Options {
  seeds: number;
}

export interface ReceiptsRow {
  trouble: Trouble;
  worlds: number;
  waits: number;
  /** Share of the waits for all three that ended, 0 to 1, and after how long. */
  ended: number | null;
  p50Ms: number | null;
  p99Ms: number | null;
  early: number;
  earlyByMark: number;
  unnamed: number;
  wrongInTheEnd: number;
}

/** `put --wait 3` in small worlds in which something befalls one of the three, or the author. */
export const receipts = experiment<Options>({
  name: "receipts",
  summary: "waiting for receipts while a member is lossy, wiped, restored or in use twice",
  signatures: "keyed hash",
  options: [{ name: "seeds", summary: "worlds, each with another seed", default: 80, min: 1 }],
  run({ seeds, seed }, ports): Result {
    const outcomes = new Map<Trouble, ReceiptsOutcome[]>(TROUBLES.map((trouble) => [trouble, []]));
    for (let i = 0; i < seeds; i++) {
      ports.progress(`world ${i + 1} of ${seeds}`);
      const trouble = TROUBLES[i % TROUBLES.length]!;
      outcomes.get(trouble)!.push(receiptsWorld(seed + i, trouble));
    }
    const rows = [...outcomes].map(([trouble, of]) => row(trouble, of));
    const total = (key: "waits" | "early" | "earlyByMark" | "unnamed" | "wrongInTheEnd"): number =>
      rows.reduce((sum, one) => sum + one[key], 0);
    const [early, unnamed, wrongInTheEnd] = [
      total("early"),
      total("unnamed"),
      total("wrongInTheEnd"),
    ];
    const earlyByMark = total("earlyByMark");
    const isBroken = early + unnamed + wrongInTheEnd > 0;
    return {
      json: { seeds, waits: total("waits"), early, earlyByMark, unnamed, wrongInTheEnd, rows },
      report: [
        {
          title: "Waiting for receipts",
          parts: [
            text(
              "An author waits for three others. Early: a member counted before any machine of it held the bundle; by mark: the same, had the highest sequence of a receipt counted without its gaps and its sum. Times are of the waits that ended with all three: of the others the member came too late, or a newer bundle of the topic took the place of the one that was waited for.",
            ),
            rowsTable(rows),
          ],
        },
      ],
      ...(isBroken && {
        failure: `${early} counted early, ${unnamed} not named, ${wrongInTheEnd} wrong in the end`,
      }),
    };
  },
});

function row(trouble: Trouble, outcomes: ReceiptsOutcome[]): ReceiptsRow {
  const sum = (key: Exclude<keyof ReceiptsOutcome, "ms">): number =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const ms = ascending(outcomes.flatMap((outcome) => outcome.ms));
  const waits = sum("waits");
  return {
    trouble,
    worlds: outcomes.length,
    waits,
    ended: waits === 0 ? null : round(ms.length / waits, 3),
    p50Ms: round(quantile(ms, 0.5), 0),
    p99Ms: round(quantile(ms, 0.99), 0),
    early: sum("early"),
    earlyByMark: sum("earlyByMark"),
    unnamed: sum("unnamed"),
    wrongInTheEnd: sum("wrongInTheEnd"),
  };
}

function rowsTable(rows: ReceiptsRow[]) {
  const head = ["trouble", "waits", "ended", "p50 ms", "p99 ms", "early", "by mark"];
  const columns = head.map((title, i) => ({ title, align: i === 0 ? "left" : "right" }) as const);
  return table(
    columns,
    rows.map(({ trouble, waits, ended, p50Ms, p99Ms, early, earlyByMark }) => [
      trouble,
      waits,
      ended ?? "-",
      p50Ms ?? "-",
      p99Ms ?? "-",
      early,
      earlyByMark,
    ]),
  );
}
