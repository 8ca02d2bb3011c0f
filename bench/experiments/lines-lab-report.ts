import { chart, type ReportPart, type ReportSection, table, text } from "../experiment.ts";
import type { LabBeside } from "./lines-lab-beside.ts";
import type { LabCellFigures } from "./lines-lab.ts";

export function labReport(
  cells: readonly LabCellFigures[],
  beside: LabBeside | undefined,
): ReportSection[] {
  return [
    ...(cells.length > 0 ? [{ title: "Lines of kernel routers", parts: cellParts(cells) }] : []),
    ...(beside === undefined ? [] : [{ title: "Beside others", parts: besideParts(beside) }]),
  ];
}

const right = (title: string) => ({ title, align: "right" as const });

function cellParts(cells: readonly LabCellFigures[]): ReportPart[] {
  const times = (seconds: number, of: number): number => Math.round((seconds / of) * 10) / 10;
  return [
    text(
      "Medians; hypercore once. The node is `dispersy run TICKET` with an empty home, from its start until it has " +
        "all; TCP carries the same bytes, from connect() to the last, with " +
        `${[...new Set(cells.map((cell) => cell.congestionControl))].join(", ")}; hypercore replicates over it.`,
    ),
    table(
      [
        "round trip, ms",
        "loss each way, %",
        "Mbit/s",
        "bundles",
        "node, s",
        "line in use, %",
        "wire / bundle bytes",
        "TCP, s",
        "times TCP",
        "hypercore, s",
        "times hypercore",
      ].map(right),
      cells.map((cell) => [
        cell.roundTripMs,
        cell.lossPercent,
        cell.mbits === 0 ? "any" : cell.mbits,
        cell.bundles,
        cell.done ? cell.seconds : `not in ${cell.seconds}`,
        cell.lineShare === null ? "" : Math.round(cell.lineShare * 100),
        cell.wireOverBundles,
        cell.tcpSeconds,
        times(cell.seconds, cell.tcpSeconds),
        cell.hypercoreSeconds ?? "",
        cell.hypercoreSeconds === null ? "" : times(cell.seconds, cell.hypercoreSeconds),
      ]),
    ),
    chart({
      kind: "bars",
      file: "lines-lab",
      title: "From the start to all bundles",
      x: { title: "round trip, loss each way, rate, bundles" },
      y: { title: "time", unit: "s", scale: "log" },
      groups: cells.map(nameOf),
      series: [
        { name: "node", values: cells.map(({ seconds }) => seconds) },
        { name: "TCP", values: cells.map(({ tcpSeconds }) => tcpSeconds) },
        { name: "hypercore", values: cells.map(({ hypercoreSeconds }) => hypercoreSeconds) },
      ],
    }),
  ];
}

function nameOf({ roundTripMs, lossPercent, mbits, bundles }: LabCellFigures): string {
  const rate = mbits === 0 ? "" : ` ${mbits}M`;
  return `${roundTripMs} ms ${lossPercent} %${rate} ${bundles / 1_000}k`;
}

function besideParts({ call, tcp, slowSource, delivery, loopback }: LabBeside): ReportPart[] {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return [
    text(
      `${call.bundles} bundles over 10 Mbit/s with a buffer of 500 ms and a round trip of 40 ms, unless a row says ` +
        "otherwise. Medians.",
    ),
    table(
      ["", right("measured")],
      [
        ["call beside a join: added p99 delay, ms", call.addedP99Ms],
        ["the same: added p95, ms", call.addedP95Ms],
        ["the same: line in use by the join", percent(call.lineShare)],
        ...tcp.map((flow): [string, string] => [
          `TCP (${flow.congestionControl}) beside a join: keeps of its ${flow.aloneMbits} Mbit/s`,
          percent(flow.keeps),
        ]),
        [
          "two sources of 20 and 1 Mbit/s: times the time with the fast one alone",
          slowSource.ratio,
        ],
        [
          `${delivery.published} new bundles, 10 per second, 100 ms, 2 %: delivery p99, ms`,
          delivery.p99Ms ?? "never",
        ],
        [`loopback: s to all ${loopback.bundles}`, loopback.seconds],
        [
          "loopback: loop delay p99, ms (of a process that does nothing)",
          `${loopback.loopDelayP99Ms} (${loopback.idleLoopDelayP99Ms})`,
        ],
      ],
    ),
  ];
}
