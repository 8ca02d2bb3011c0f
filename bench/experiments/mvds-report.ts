import { round } from "../analysis/statistics.ts";
import { chart, type ReportSection, table, text } from "../experiment.ts";
import type { ChatFigures } from "./chat-figures.ts";
import type { ChatOptionValues } from "./chat-options.ts";

/** One of the draft's seven runs: as the draft has it, and by these nodes. */
export interface DraftRow {
  id: string;
  name: string;
  mvds: ChatFigures;
  node: ChatFigures;
}

export interface SizeRow extends ChatFigures {
  members: number;
  form: string;
}

/** What of a message reaches all where a filter's "maybe" only postpones, and where it ends the sending. */
export interface MaybeFigures {
  falsePositiveRate: number;
  later: number;
  acked: number;
}

export interface MvdsFigures {
  draft: DraftRow[];
  sizes: SizeRow[];
  maybe: MaybeFigures | null;
}

const right = (title: string) => ({ title, align: "right" as const });
const percent = (share: number): string => `${round(share * 100, 2)} %`;

export function mvdsReport(
  options: ChatOptionValues & { people: number; messages: number },
  { draft, sizes, maybe }: MvdsFigures,
): ReportSection[] {
  return [
    ...(draft.length > 0 ? [draftReport(options, draft)] : []),
    ...(sizes.length > 0 ? [sizesReport(options, sizes)] : []),
    ...(maybe === null ? [] : [maybeReport(maybe)]),
    {
      title: "What is measured",
      parts: [
        text(
          "MVDS is a machine of the benchmarks: payloads as its specification has them, epochs of a second while a " +
            "program runs, retransmission after 1, 2, 4 to 128 epochs and then from 1 again, and its holes mended (an " +
            "OFFER of what is held gets an ACK). It has no way to find out who is there. It signs nothing, and what " +
            "sealing its datagrams would take is counted. A mailserver offers everybody everything. These nodes are " +
            "the shipped engine, with a tracker in groups, and the same people come and go at the same times.",
        ),
      ],
    },
  ];
}

function draftReport(
  { uptime, cycle, payload, loss, people, messages }: Parameters<typeof mvdsReport>[0],
  rows: readonly DraftRow[],
): ReportSection {
  const columns = ["bytes over payload", "per delivery", "p50 (s)", "p90 (s)", "delivered"];
  const cells = (figures: DraftRow["mvds"]) => [
    figures.bandwidthMultiplier,
    figures.perDelivery,
    figures.p50Seconds ?? "–",
    figures.p90Seconds ?? "–",
    percent(figures.delivered),
  ];
  return {
    title: "The draft's seven runs",
    parts: [
      text(
        `Programs run ${percent(uptime)} of the time, in sessions of ${round(uptime * cycle, 0)} s on average. ` +
          `Groups have ${people} people who write ${messages} messages of ${payload} bytes each; ` +
          `${percent(loss)} of datagrams are lost. For these nodes multicast is a push to those who are there, and the ` +
          "filter's rows are the faithful profile without push.",
      ),
      table(
        ["", "run", "by", ...columns.map(right)],
        rows.flatMap(({ id, name, mvds, node }) => [
          [id, name, "MVDS", ...cells(mvds)],
          [id, name, "this node", ...cells(node)],
        ]),
      ),
      chart({
        file: "mvds-bytes",
        kind: "bars",
        title: "Bytes sent per byte delivered",
        x: { title: "run" },
        y: { title: "bytes", unit: "B" },
        groups: rows.map(({ id }) => id),
        series: [
          { name: "MVDS", values: rows.map(({ mvds }) => mvds.perDelivery) },
          { name: "this node", values: rows.map(({ node }) => node.perDelivery) },
        ],
      }),
      chart({
        file: "mvds-latency",
        kind: "bars",
        title: "From a message's making to half of its receivers",
        x: { title: "run" },
        y: { title: "latency", unit: "s" },
        groups: rows.map(({ id }) => id),
        series: [
          { name: "MVDS", values: rows.map(({ mvds }) => mvds.p50Seconds) },
          { name: "this node", values: rows.map(({ node }) => node.p50Seconds) },
        ],
      }),
    ],
  };
}

function sizesReport({ messages }: { messages: number }, rows: readonly SizeRow[]): ReportSection {
  const columns = ["bytes over payload", "per delivery", "p50 (s)", "p90 (s)", "delivered"];
  return {
    title: "What filters save",
    parts: [
      text(
        `Chats of several sizes, ${messages} messages of each member. "Probable acks": who hears a filter sends what ` +
          "is certainly not in it at once, and offers what may be in it once more later; nothing is dropped for it. " +
          '"Filters alone": nothing is told, each asks one member every five seconds with a filter over what it holds.',
      ),
      table(
        [right("members"), "form", ...columns.map(right)],
        rows.map((row) => [
          row.members,
          row.form,
          row.bandwidthMultiplier,
          row.perDelivery,
          row.p50Seconds ?? "–",
          row.p90Seconds ?? "–",
          percent(row.delivered),
        ]),
      ),
    ],
  };
}

function maybeReport({ falsePositiveRate, later, acked }: MaybeFigures): ReportSection {
  return {
    title: "Maybe in the set",
    parts: [
      text(
        `Filters that are wrong ${percent(falsePositiveRate)} of the time. Where "maybe" postpones the next sending, ` +
          `${percent(later)} of all deliveries happen; where it counts as an acknowledgement, ${percent(acked)}.`,
      ),
    ],
  };
}
