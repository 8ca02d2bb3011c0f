import { chart, type ReportSection, table, text } from "../experiment.ts";

/** What finding the differences took; means of the trials. */
export interface TwoSidedRow {
  side: "ours" | "ours, no sketches" | "negentropy";
  /** Bundles that one of the two lacks. */
  differences: number;
  /** Negentropy's limit, 0 for none; null: datagrams. */
  frameBytes: number | null;
  messages: number;
  /** Ours: offers of both, some of them side by side. */
  roundTrips: number;
  bytes: number;
  /** Of the largest message. */
  largest: number;
  /** Ours until both have everything; negentropy's messages, one after the other, over the same line. */
  virtualMs: number;
  cpuSeconds: number;
}

const right = (title: string) => ({ title, align: "right" as const });

export function twoSidedReport(
  { bundles, trials }: { bundles: number; trials: number },
  rows: readonly TwoSidedRow[],
): ReportSection[] {
  const counts = [...new Set(rows.map(({ differences }) => differences))];
  const names = [...new Set(rows.map(nameOf))];
  return [
    {
      title: "Both sides lack bundles",
      parts: [
        text(
          `Of ${bundles} bundles each side lacks half of the differences, at random: their counts are equal and say ` +
            `nothing. Means of ${trials} runs; negentropy (the reference's JavaScript) on the same sets, by global ` +
            "time and 32-byte id. Ours: all datagrams without bundles, of both sides, walking, sealing and asking " +
            "for what is missing included, in virtual time with 25 ms each way; processor time is of the whole run: " +
            "finding, sending, checking (keyed hash) and storing in memory. negentropy: its messages alone, of sets " +
            "that are sorted already; whoever asked for what it found would send 32 B more for each. The least frame " +
            "that it takes has 4,096 B, which is four datagrams; ours never send a larger message than a datagram of " +
            "1,232 B.",
        ),
        table(
          [
            right("differences"),
            "side",
            ...[
              "messages",
              "round trips",
              "bytes",
              "largest message",
              "virtual ms",
              "processor seconds",
            ].map(right),
          ],
          rows.map((row) => [
            row.differences,
            nameOf(row),
            row.messages,
            row.roundTrips,
            row.bytes,
            row.largest,
            row.virtualMs,
            row.cpuSeconds,
          ]),
        ),
        chart({
          file: "two-sided",
          kind: "line",
          title: `Finding differences of both sides among ${bundles} bundles`,
          x: { title: "differences", scale: "log" },
          y: { title: "UDP payload, or messages", unit: "B", scale: "log" },
          series: names.map((name) => ({
            name,
            points: counts.flatMap((differences): [number, number][] => {
              const row = rows.find(
                (one) => one.differences === differences && nameOf(one) === name,
              );
              return row === undefined ? [] : [[differences, row.bytes]];
            }),
          })),
        }),
      ],
    },
  ];
}

function nameOf({ side, frameBytes }: TwoSidedRow): string {
  if (frameBytes === null) return side;
  return `${side}, ${frameBytes === 0 ? "no limit" : `frames of ${frameBytes} B`}`;
}
