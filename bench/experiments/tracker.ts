import { round } from "../analysis/statistics.ts";
import {
  chart,
  experiment,
  type OptionSpec,
  type ReportSection,
  table,
  text,
} from "../experiment.ts";
import { compareServers, type Load, type ServerRow } from "../peers/compare-servers.ts";
import type { Way } from "../peers/crowd.ts";
import type { Server } from "../peers/round.ts";

/** Of what is asked of a server, and how often. */
export const LOAD_OPTIONS: readonly OptionSpec[] = [
  { name: "runs", summary: "runs; medians are printed", default: 5, min: 1, max: 100 },
  { name: "few", summary: "addresses of the small crowd", default: 32, min: 2, max: 10_000 },
  { name: "many", summary: "addresses of the large crowd", default: 50_000, min: 2, max: 200_000 },
  {
    name: "overlays",
    summary: "overlays of the large crowd, which is measured in one as well",
    default: 1_000,
    min: 1,
    max: 4_096,
  },
  {
    name: "under-way",
    summary: "questions at a time, of clients that never sleep",
    default: 128,
    min: 1,
    max: 1_024,
  },
  {
    name: "rate",
    summary: "questions per second, of clients that sleep",
    default: 4_000,
    min: 10,
    max: 100_000,
  },
  {
    name: "seconds",
    summary: "of each measurement",
    default: 1,
    min: 0.05,
    max: 600,
    fraction: true,
  },
  {
    name: "warm-up",
    summary: "answers before them, until all code is compiled",
    default: 20_000,
    min: 0,
    max: 10_000_000,
  },
];

export const tracker = experiment<Load>({
  name: "tracker",
  summary:
    "questions that a tracker answers by an introduction, per second and per processor second, beside a bare echo",
  signatures: "none",
  options: LOAD_OPTIONS,
  async run(options, ports) {
    const servers = ["echo", "tracker", "tracker-of-open"] as const;
    const rows = await compareServers(servers, options, ports.progress);
    return { json: trackerJson(rows), report: [serversSection(rows, options)] };
  },
});

/** First what clients that never sleep at few addresses get, in datagrams; then all rows, in answers. */
export function trackerJson(rows: readonly ServerRow[]): object {
  const [echo, ours] = (["echo", "tracker"] as const).map(
    (name) => rows.find(({ server, way }) => server === name && way === "closed")!.median,
  );
  return {
    repliesPerSecond: round(ours!.answersPerSecond, 0),
    datagramsPerSecond: round(ours!.datagramsPerSecond, 0),
    echoPerSecond: round(echo!.datagramsPerSecond, 0),
    ratio: round(ours!.datagramsPerSecond / echo!.datagramsPerSecond, 3),
    rows: rows.map(({ server, addresses, overlays, way, median, of }) => ({
      server,
      addresses,
      overlays,
      clients: CLIENTS[way],
      answersPerSecond: round(median.answersPerSecond, 0),
      answersPerCpuSecond: round(median.answersPerCpuSecond, 0),
      answered: round(median.answered, 3),
      punctureRequestsPerAnswer: round(median.punctureRequestsPerAnswer, 3),
      cpuRatios: Object.fromEntries(
        Object.entries(of).map(([name, ratio]) => [name, round(ratio.answersPerCpuSecond, 3)]),
      ),
    })),
  };
}

const CLIENTS: Record<Way, "sleep" | "never sleep"> = { open: "sleep", closed: "never sleep" };

const NAMES: Record<Server, string> = {
  tracker: "ours",
  "tracker-of-open": "ours, clients whose NATs let in anybody",
  echo: "bare echo",
  "bittorrent-tracker": "bittorrent-tracker",
};

export function serversSection(
  rows: readonly ServerRow[],
  { runs, underWay, rate, seconds }: Load,
): ReportSection {
  const right = (title: string) => ({ title, align: "right" as const });
  const crowdOf = ({ addresses, overlays }: ServerRow): string =>
    overlays === 1 ? `${addresses}` : `${addresses} in ${overlays} overlays`;
  const sleeping = rows.filter(({ way }) => way === "open");
  const groups = [...new Set(sleeping.map(crowdOf))];
  const servers = [...new Set(rows.map(({ server }) => server))];
  return {
    title: "Servers",
    parts: [
      text(
        "Each server is one process on loopback. A question is answered when the answer names somebody, which the " +
          "echo's cannot. Each client has an address of its own; all take turns, and each question has an identifier " +
          "of its own. Clients that sleep ask at a rate that no server determines, " +
          `${rate} a second in all; the system wakes them at the expense of whoever answers. Clients that never sleep ` +
          `keep ${underWay} questions under way. ` +
          `Medians of ${runs} runs of ${seconds} s, in which the servers take turns. With an answer of ours goes a ` +
          "puncture-request to whom it names, unless anybody gets in there unannounced.",
      ),
      table(
        [
          "server",
          right("addresses"),
          "clients",
          ...[
            "answers per processor second",
            "of the echo's",
            "answers per second",
            "questions answered",
            "puncture-requests per answer",
          ].map(right),
        ],
        rows.map((row) => [
          NAMES[row.server],
          crowdOf(row),
          CLIENTS[row.way],
          round(row.median.answersPerCpuSecond, 0),
          `${round(row.of.echo!.answersPerCpuSecond * 100, 1)} %`,
          round(row.median.answersPerSecond, 0),
          `${round(row.median.answered * 100, 1)} %`,
          round(row.median.punctureRequestsPerAnswer, 2),
        ]),
      ),
      chart({
        file: "tracker",
        kind: "bars",
        title: "Questions answered per processor second, clients that sleep",
        x: { title: "addresses" },
        y: { title: "answers", unit: "1/s", min: 0 },
        groups,
        series: servers.map((server) => ({
          name: NAMES[server],
          values: groups.map(
            (group) =>
              sleeping.find((row) => row.server === server && crowdOf(row) === group)!.median
                .answersPerCpuSecond,
          ),
        })),
      }),
    ],
  };
}
