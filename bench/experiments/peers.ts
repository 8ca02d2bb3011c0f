import { round } from "../analysis/statistics.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { chart, experiment, type Ports, type ReportSection, table, text } from "../experiment.ts";
import { type ColdComparison, type ColdOptions, compareCold } from "../peers/compare-cold.ts";
import { compareServers, type Load } from "../peers/compare-servers.ts";
import { foreignProgram } from "../peers/installed.ts";
import { roundDelays } from "./cold-real.ts";
import { LOAD_OPTIONS, serversSection, trackerJson } from "./tracker.ts";

interface Options extends ColdOptions, Load {
  of: "all" | "cold" | "tracker";
}

/** One comparison: what it prints under its name, and its part of the report. */
interface Compared {
  json: object;
  section: ReportSection;
}

export const peers = experiment<Options>({
  name: "peers",
  summary:
    "ours beside other systems in one run: a cold sync beside hypercore, a tracker beside bittorrent-tracker",
  signatures: "Ed25519",
  options: [
    {
      name: "of",
      summary: "what to compare",
      default: "all",
      choices: ["all", "cold", "tracker"],
    },
    { name: "bundles", summary: "cold: bundles", default: 100_000, min: 1, max: 1_000_000 },
    {
      name: "payload",
      summary: "cold: bytes of payload of each",
      default: 256,
      min: 7,
      max: MAX_PAYLOAD_BYTES,
    },
    ...LOAD_OPTIONS,
  ],
  async run(options, ports) {
    const json: Record<string, object> = {};
    const report: ReportSection[] = [];
    for (const [name, compare] of Object.entries({ cold, tracker })) {
      if (options.of !== "all" && options.of !== name) continue;
      const compared = await compare(options, ports);
      json[name] = compared.json;
      report.push(compared.section);
    }
    return { json: { runs: options.runs, ...json }, report };
  },
});

async function tracker(options: Options, ports: Ports): Promise<Compared> {
  // Not after the first measurement.
  foreignProgram("", "bittorrent-tracker");
  const servers = ["echo", "tracker", "bittorrent-tracker"] as const;
  const rows = await compareServers(servers, options, ports.progress);
  return { json: trackerJson(rows), section: serversSection(rows, options) };
}

async function cold(options: Options, ports: Ports): Promise<Compared> {
  foreignProgram("", "hypercore");
  const compared = await compareCold(options, ports.progress);
  return { json: coldJson(options, compared), section: coldSection(options, compared) };
}

function coldJson(
  { bundles, payload }: ColdOptions,
  { ours, private: sealed, hypercore, ratio, cpuRatio, privateRatio }: ColdComparison,
): object {
  const side = ({ seconds, cpuSeconds, bytesPerBundle }: ColdComparison["hypercore"]) => ({
    seconds: round(seconds, 2),
    cpuSeconds: round(cpuSeconds, 2),
    bytesPerBundle: round(bytesPerBundle, 1),
  });
  return {
    bundles,
    payload,
    ours: { ...side(ours), loopDelayP99Ms: roundDelays(ours.loopDelayP99Ms) },
    private: side(sealed),
    hypercore: side(hypercore),
    ratio: round(ratio, 3),
    cpuRatio: round(cpuRatio, 3),
    privateRatio: round(privateRatio, 3),
  };
}

function coldSection(
  { bundles, payload, runs }: ColdOptions,
  { ours, private: sealed, hypercore, ratio, cpuRatio, privateRatio }: ColdComparison,
): ReportSection {
  const { holder, joiner, idle } = roundDelays(ours.loopDelayP99Ms);
  const sides = [
    { name: "ours", ...ours },
    { name: "ours, private overlay", ...sealed },
    { name: "hypercore", ...hypercore },
  ];
  return {
    title: "Cold sync",
    parts: [
      text(
        `${bundles} payloads of ${payload} bytes by one author, from one process to an empty one over loopback; ` +
          `medians of ${runs} runs. Time of all three runs from opening what is empty until it is closed and on disk. ` +
          "Ours: UDP, each bundle with a signature of its own that is checked, each commit with its fsync. " +
          "hypercore: TCP, each block checked against the author's signed tree, one fsync at the end. All are " +
          "encrypted on their way: ours datagram by datagram with ChaCha20-Poly1305 under a key that whoever has the " +
          "ticket knows, hypercore's as one stream by Noise with keys of that connection alone, so that later theft " +
          "of keys opens nothing of it. On disk the blocks of hypercore and of our public overlay lie in clear; in a " +
          `private overlay payloads are sealed besides. Ours takes ${round(ratio, 2)} of its time, and ` +
          `${round(cpuRatio, 2)} of its processor time, in the same run; in a private overlay ` +
          `${round(privateRatio, 2)}. Our event loops are late by ${holder} ms (holder) and ${joiner} ms (joiner) at ` +
          `the 99th percentile, that of a process which does nothing meanwhile by ${idle} ms.`,
      ),
      table(
        [
          "side",
          ...["seconds", "processor seconds", "bytes per bundle"].map((title) => ({
            title,
            align: "right" as const,
          })),
        ],
        sides.map(({ name, seconds, cpuSeconds, bytesPerBundle }) => [
          name,
          round(seconds, 2),
          round(cpuSeconds, 2),
          round(bytesPerBundle, 1),
        ]),
      ),
      chart({
        file: "cold",
        kind: "bars",
        title: "Until everything is verified and on disk",
        x: { title: "side" },
        y: { title: "time", unit: "s", min: 0 },
        groups: sides.map(({ name }) => name),
        series: [
          { name: "seconds", values: sides.map(({ seconds }) => seconds) },
          { name: "processor seconds", values: sides.map(({ cpuSeconds }) => cpuSeconds) },
        ],
      }),
    ],
  };
}
