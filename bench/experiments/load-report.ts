import type { WorkCost } from "../sim/processor.ts";
import { chart, type ReportSection, table, text } from "../experiment.ts";

/** One rate under one profile. */
export interface LoadRow {
  /** Named so where work takes time. */
  profile: string;
  computing: boolean;
  /** Of the time, how much a node's processor was at work: the mean. Null where work takes no time. */
  busyShare: number | null;
  /** Datagrams that came while a busy node's buffer was full. */
  lostInBuffers: number;
  /** Bundles per second made, over the whole overlay. */
  rate: number;
  /** Bundles per second that came to be held by all, in the second half of the run. */
  sustained: number;
  /** New bundles per second that reach a node, over all nodes: in what the paper counts. */
  deliveriesPerSecond: number;
  /**
   * Steps from the making until all hold it; of the bundles made in the second half that got so far, those that did
   * while the rest came included.
   */
  lag: { p50: number | null; p99: number | null; max: number | null };
  /** The median of the bundles made in the first half: where that of the second is longer, the overlay falls behind. */
  earlierLag: number | null;
  /** Bundles made in the second half that some node still lacks in the end. */
  behind: number;
  /** Bundles that some node lacks DRAIN_MS later. */
  undelivered: number;
  bytesPerNodePerSecond: number;
  /**
   * Bundles per second that one full reply per step brings: an offer that pays goes on at once, so the walk may do
   * better.
   */
  oneReplyPerStep: number;
}

export function loadReport(
  { nodes, payload, seconds }: { nodes: number; payload: number; seconds: number },
  rows: readonly LoadRow[],
  cost: WorkCost | null,
): ReportSection[] {
  const profiles = [...new Set(rows.map(({ profile }) => profile))];
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  const lines = (value: (row: LoadRow) => number | null) =>
    profiles.map((name) => ({
      name,
      points: rows.flatMap((row): [number, number][] => {
        const y = value(row);
        return row.profile === name && y !== null ? [[row.rate, y]] : [];
      }),
    }));
  const most = Math.max(...rows.map(({ rate }) => rate));
  const charts = () => [
    chart({
      file: "load-sustained",
      kind: "line",
      title: `Bundles per second held by all of ${nodes.toLocaleString("en-US")} nodes`,
      x: { title: "made", unit: "bundles per second" },
      y: { title: "held by all", unit: "bundles per second" },
      series: [
        ...lines(({ sustained }) => sustained),
        {
          name: "as many as made",
          points: [
            [0, 0],
            [most, most],
          ],
          reference: true,
        },
      ],
    }),
    chart({
      file: "load-lag",
      kind: "line",
      title: "Time until all hold a bundle",
      x: { title: "made", unit: "bundles per second" },
      y: { title: "99th percentile", unit: "steps of 5 s" },
      series: lines(({ lag }) => lag.p99),
    }),
  ];
  return [
    {
      title: "Result",
      parts: [
        text(
          `Random nodes of ${nodes.toLocaleString("en-US")} make bundles of ${payload} bytes of payload at an ` +
            `even rate for ${seconds} s; the second half is counted. "Sustained" is how many per second came to be ` +
            `held by all; "lag" is the time from the making until then, in steps of 5 s. "Behind" are those made ` +
            "in the second half that some node lacks in the end: at a lag of L steps, 5 L times the rate are " +
            `normal. "Undelivered" are those that some node lacks two minutes later.${costWords(cost)}`,
        ),
        table(
          [
            "profile",
            right("made per second"),
            right("sustained"),
            right("lag, median"),
            right("the same, first half"),
            right("lag, 99 %"),
            right("lag, worst"),
            right("behind"),
            right("undelivered"),
            right("arrivals per second, all nodes"),
            right("bytes sent per node and second"),
            right("processor at work"),
            right("lost in full buffers"),
            right("analysis: one reply per step"),
          ],
          rows.map((row) => [
            row.profile,
            row.rate,
            row.sustained,
            row.lag.p50 ?? "–",
            row.earlierLag ?? "–",
            row.lag.p99 ?? "–",
            row.lag.max ?? "–",
            row.behind,
            row.undelivered,
            row.deliveriesPerSecond,
            row.bytesPerNodePerSecond,
            row.busyShare === null ? "–" : `${Math.round(row.busyShare * 1_000) / 10} %`,
            row.computing ? row.lostInBuffers : "–",
            row.oneReplyPerStep,
          ]),
        ),
        // A line of one point would tell nothing that the table does not.
        ...(new Set(rows.map(({ rate }) => rate)).size > 1 ? charts() : []),
      ],
    },
    {
      title: "How to read it",
      parts: [
        text(
          "Published: a mean throughput of 10,000 messages per second over 1,000 peers, which is 10 new messages " +
            "per peer and second, or 50 in a step of 5 s. One reply of the faithful profile (5 KiB) carries some " +
            "25 bundles of this size, one of 25 KiB, which the published experiments used, five times as many; and " +
            "an offer that paid is followed at once by the next.",
        ),
      ],
    },
  ];
}

function costWords(cost: WorkCost | null): string {
  if (cost === null) return " Work takes no virtual time.";
  const micro = (ms: number): string => `${Math.round(ms * 1_000).toLocaleString("en-US")} µs`;
  return (
    ` "Work charged": each node has one processor, on which its work waits its turn: ${micro(cost.datagramMs)} for ` +
    `each datagram in or out, ${micro(cost.bundleMs)} for each bundle that is signed or checked and written, ` +
    `${micro(cost.commitMs)} for each commit, as two real nodes of this machine needed on loopback (or as was said).`
  );
}
