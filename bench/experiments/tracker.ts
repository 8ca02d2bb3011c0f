import { round } from "../analysis/statistics.ts";
import {
  chart,
  experiment,
  type OptionSpec,
  type ReportSection,
  table,
  text,
} from "../experiment.ts";
import { compareServers, type ServerRow } from "../peers/compare-servers.ts";
import type { Load } from "../peers/round.ts";

interface Options extends Load {
  runs: number;
}

/** Of what is asked of a server, and how often. */
export const LOAD_OPTIONS: readonly OptionSpec[] = [
  { name: "runs", summary: "runs; medians are printed", default: 5, min: 1, max: 100 },
  { name: "clients", summary: "clients, a socket each", default: 32, min: 2, max: 200 },
  { name: "under-way", summary: "questions of each client at a time", default: 4, min: 1, max: 64 },
  { name: "seconds", summary: "of each measurement", default: 3, min: 1, max: 600 },
  {
    name: "warm-up",
    summary: "replies before it, until all code is compiled",
    default: 50_000,
    min: 0,
    max: 10_000_000,
  },
];

export const tracker = experiment<Options>({
  name: "tracker",
  summary:
    "a tracker's datagrams per second, every reply an introduction, beside a bare node:dgram echo",
  signatures: "none",
  options: LOAD_OPTIONS,
  async run(options, ports) {
    const rows = await compareServers(["echo", "tracker"], options.runs, options, ports.progress);
    return { json: trackerJson(rows), report: [serversSection(rows, options)] };
  },
});

/** What the design asks for of `bench tracker`, and the same per second of the server's own time. */
export function trackerJson(rows: readonly ServerRow[]): object {
  const [echo, ours] = (["echo", "tracker"] as const).map((name) =>
    rows.find(({ server }) => server === name)!,
  );
  return {
    repliesPerSecond: round(ours!.median.repliesPerSecond, 0),
    datagramsPerSecond: round(ours!.median.datagramsPerSecond, 0),
    echoPerSecond: round(echo!.median.datagramsPerSecond, 0),
    ratio: round(ours!.ofEcho.datagrams, 3),
    cpuRatio: round(ours!.ofEcho.datagramsPerCpuSecond, 3),
    servers: rows.map(({ server, median, ofEcho }) => ({
      server,
      repliesPerSecond: round(median.repliesPerSecond, 0),
      datagramsPerSecond: round(median.datagramsPerSecond, 0),
      datagramsPerCpuSecond: round(median.datagramsPerCpuSecond, 0),
      repeated: median.repeated,
      ratio: round(ofEcho.datagrams, 3),
      cpuRatio: round(ofEcho.datagramsPerCpuSecond, 3),
    })),
  };
}

export function serversSection(
  rows: readonly ServerRow[],
  { runs, clients, underWay, seconds }: Options,
): ReportSection {
  const right = (title: string) => ({ title, align: "right" as const });
  return {
    title: "Servers",
    parts: [
      text(
        `One process on loopback, asked by ${clients} clients of another one that never sleeps, each with ` +
          `${underWay} questions under way, for ${seconds} s; medians of ${runs} runs. Our tracker answers every ` +
          "question with an introduction and sends the one it names a puncture-request: two datagrams out. An " +
          "announce is answered by one with a peer's address. Shares are of the bare echo in the same run: of what " +
          "arrived per second, and of what arrived per second of processor time of the server, which other work on " +
          "the machine changes less.",
      ),
      table(
        [
          "server",
          ...[
            "replies/s",
            "datagrams out/s",
            "share of the echo's",
            "per processor second",
            "share of the echo's",
          ].map(right),
        ],
        rows.map(({ server, median, ofEcho }) => [
          server,
          round(median.repliesPerSecond, 0),
          round(median.datagramsPerSecond, 0),
          `${round(ofEcho.datagrams * 100, 1)} %`,
          round(median.datagramsPerCpuSecond, 0),
          `${round(ofEcho.datagramsPerCpuSecond * 100, 1)} %`,
        ]),
      ),
      chart({
        file: "tracker",
        kind: "bars",
        title: "Datagrams out, per second",
        x: { title: "server" },
        y: { title: "datagrams", unit: "1/s", min: 0 },
        groups: rows.map(({ server }) => server),
        series: [
          { name: "per second", values: rows.map(({ median }) => median.datagramsPerSecond) },
          {
            name: "per processor second",
            values: rows.map(({ median }) => median.datagramsPerCpuSecond),
          },
        ],
      }),
    ],
  };
}
