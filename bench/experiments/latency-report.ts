import { type ReportSection, table, text } from "../experiment.ts";
import type { IdleBytes, Latencies, RareLatencies } from "./latency-worlds.ts";

export interface LatencyFigures {
  lan: Latencies;
  internet: Latencies;
  rare: RareLatencies;
  idle: IdleBytes;
  /** What the walk alone sends by its arithmetic (bench/analysis). */
  idleByAnalysis: number;
}

export function latencyReport(
  { nodes, bundles, hours }: { nodes: number; bundles: number; hours: number },
  { lan, internet, rare, idle, idleByAnalysis }: LatencyFigures,
): ReportSection[] {
  const right = (title: string) => ({ title, align: "right" as const });
  const row = (where: string, { p50Ms, p99Ms, maxMs, deliveries, missing }: Latencies) => [
    where,
    milliseconds(p50Ms),
    milliseconds(p99Ms),
    milliseconds(maxMs),
    deliveries,
    missing,
  ];
  return [
    {
      title: "Result",
      parts: [
        text(
          `From publishing until each other node of ${nodes} has it on disk. On a LAN, and on an Internet of homes ` +
            `behind NATs of all kinds, with 5 to 100 ms one way and 1 % loss, ${bundles} bundles are published, each ` +
            "alone. A tenth of the time: each node runs six minutes of each hour, at a moment of its own, and " +
            `publishes once in it, for ${hours} hours; nothing else holds bundles. Most of that delay is absence, so ` +
            "it is also counted from the moment on when the receiver and somebody who can have it are both there.",
        ),
        table(
          [
            "where",
            right("p50"),
            right("p99"),
            right("max"),
            right("deliveries"),
            right("missing"),
          ],
          [
            row("LAN", lan),
            row("Internet", internet),
            row("a tenth of the time", rare),
            row("the same, once they meet", rare.fromMeeting),
          ],
        ),
        text(
          "Missing deliveries count as later than all others, so a quantile may be unknown. On the Internet, while " +
            `nobody says anything, a node sends ${idle.sentPerHour.toLocaleString("en-US")} bytes of UDP payload in an ` +
            `hour, and receives ${idle.receivedPerHour.toLocaleString("en-US")}; the arithmetic of the walk gives ` +
            `${idleByAnalysis.toLocaleString("en-US")}.`,
        ),
      ],
    },
  ];
}

function milliseconds(time: number | null): string {
  if (time === null) return "–";
  if (time < 10_000) return `${Math.round(time)} ms`;
  return time < 600_000 ? `${Math.round(time / 1_000)} s` : `${Math.round(time / 60_000)} min`;
}
