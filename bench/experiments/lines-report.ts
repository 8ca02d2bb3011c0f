import {
  type Chart,
  chart,
  type ReportPart,
  type ReportSection,
  table,
  text,
} from "../experiment.ts";
import type { BesideFigures } from "./lines-beside.ts";
import type { LineCell } from "./lines-figures.ts";

export function linesReport(
  cells: readonly LineCell[],
  beside: BesideFigures | undefined,
): ReportSection[] {
  return [
    ...(cells.length > 0 ? [{ title: "One line", parts: cellParts(cells) }] : []),
    ...(beside === undefined ? [] : [{ title: "Beside others", parts: besideParts(beside) }]),
  ];
}

const right = (title: string) => ({ title, align: "right" as const });

function cellParts(cells: readonly LineCell[]): ReportPart[] {
  const rates = [...new Set(cells.map(({ mbits }) => mbits))];
  return [
    text(
      "An empty node joins one that holds everything, in virtual time. The ideal is the bundles' bytes over the " +
        "rate, and two round trips. Wire bytes are of all datagrams both ways, with their IPv4 and UDP headers. A " +
        "burst is what one node sends to one address at one moment.",
    ),
    table(
      [
        "round trip, ms",
        "loss each way, %",
        "Mbit/s",
        "time to all, s",
        "of the ideal",
        "line in use, %",
        "wire / bundle bytes",
        "datagrams lost",
        "longest queue, ms",
        "queue p95, ms",
        "largest burst, bytes",
      ].map(right),
      cells.map((cell) => [
        cell.roundTripMs,
        cell.lossPercent,
        cell.mbits,
        cell.done ? cell.seconds : `not in ${cell.seconds}`,
        cell.ratio,
        Math.round(cell.lineShare * 100),
        cell.wireOverBundles,
        cell.lostDatagrams,
        cell.longestQueueMs,
        cell.queueP95Ms,
        cell.largestBurstBytes,
      ]),
    ),
    ...rates.map((mbits) =>
      chart(
        heatOf(
          mbits,
          cells.filter((cell) => cell.mbits === mbits),
        ),
      ),
    ),
  ];
}

/** A hundred times the ideal is as dark as it gets. */
const MOST_DECADES = 2;

function heatOf(mbits: number, cells: readonly LineCell[]): Chart {
  const trips = [...new Set(cells.map(({ roundTripMs }) => roundTripMs))];
  const losses = [...new Set(cells.map(({ lossPercent }) => lossPercent))];
  const ratios = losses.map((loss) =>
    trips.map(
      (trip) =>
        cells.find((cell) => cell.roundTripMs === trip && cell.lossPercent === loss)?.ratio ?? null,
    ),
  );
  const shade = (ratio: number | null): number | null =>
    ratio === null ? null : Math.min(1, Math.max(0, Math.log10(ratio)) / MOST_DECADES);
  return {
    kind: "heat",
    file: `lines-${mbits}`,
    title: `Time to all, as multiple of the ideal, at ${mbits} Mbit/s`,
    x: { title: "round trip", unit: "ms" },
    y: { title: "loss each way", unit: "%" },
    columns: trips.map(String),
    rows: losses.map(String),
    values: ratios.map((row) => row.map(shade)),
    words: {
      cells: ratios.map((row) => row.map((ratio) => (ratio === null ? "" : `${ratio}`))),
      least: "1",
      most: "100 or more",
    },
  };
}

function besideParts({
  bundles,
  alone,
  call,
  flow,
  slowSource,
  delivery,
}: BesideFigures): ReportPart[] {
  const unknown = (value: number | null): number | string => value ?? "never";
  return [
    text(
      `${bundles} bundles over 10 Mbit/s with a buffer of 500 ms and a round trip of 40 ms, unless a row says ` +
        "otherwise. The bulk flow is a model of TCP with CUBIC; the call sends 50 small datagrams per second; both " +
        "go the way that the bundles go.",
    ),
    table(
      ["", right("alone"), right("beside"), right("")],
      [
        ["call, p99 delay, ms", call.aloneP99Ms, call.besideP99Ms, `+${call.addedP99Ms} ms`],
        ["bulk flow, Mbit/s", flow.aloneMbits, flow.besideMbits, `keeps ${percent(flow.keeps)}`],
        [
          "two sources of 20 and 1 Mbit/s, s to all (alone: the fast one)",
          slowSource.fastAlone.seconds,
          slowSource.both.seconds,
          `${slowSource.ratio} times`,
        ],
      ],
    ),
    table(
      [
        "join",
        right("time to all, s"),
        right("longest queue, ms"),
        right("queue p95, ms"),
        right("datagrams lost"),
      ],
      (
        [
          ["alone", alone],
          ["beside a call", call.join],
          ["beside a bulk flow", flow.join],
          ["two sources", slowSource.both],
        ] as const
      ).map(([name, join]) => [
        name,
        join.done ? join.seconds : `not in ${join.seconds}`,
        join.longestQueueMs,
        join.queueP95Ms,
        join.lostDatagrams,
      ]),
    ),
    text(
      "Ten new bundles per second from one node to another, 100 ms round trip, 2 % loss each way:",
    ),
    table(["published", "arrived", "p50, ms", "p99, ms", "last, ms"].map(right), [
      [
        delivery.published,
        delivery.arrived,
        unknown(delivery.p50Ms),
        unknown(delivery.p99Ms),
        unknown(delivery.maxMs),
      ],
    ]),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
