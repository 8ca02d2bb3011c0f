import { round } from "../analysis/statistics.ts";
import {
  type CommonOptions,
  experiment,
  type Ports,
  type Result,
  table,
  text,
} from "../experiment.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { type CarrierRow, type CarriersOptions, runCarriers } from "./carriers-run.ts";
import { makeScratch, removeScratch } from "../lab/scratch.ts";

/** As in `cold`. */
const PAPER_PAYLOAD_BYTES = 111;
/** No number of a bundle is longer. */
const MIN_PAYLOAD_BYTES = 7;

export const carriers = experiment<CarriersOptions>({
  name: "carriers",
  summary: "an empty node gets everything by UDP, by WebSocket, by TLS and through a pipe",
  signatures: "Ed25519",
  options: [
    {
      name: "bundles",
      summary: "bundles that the other node holds",
      default: 2_000,
      min: 1,
      max: 1_000_000,
    },
    {
      name: "payload",
      summary: "bytes of payload of each",
      default: PAPER_PAYLOAD_BYTES,
      min: MIN_PAYLOAD_BYTES,
      max: MAX_PAYLOAD_BYTES,
    },
    { name: "runs", summary: "runs of each, in turn", default: 3, min: 1, max: 100 },
  ],
  run,
});

async function run(options: CarriersOptions & CommonOptions, ports: Ports): Promise<Result> {
  const folder = makeScratch("carriers");
  try {
    const rows = (await runCarriers(folder, options, ports)).map(rounded);
    const { bundles, payload, runs } = options;
    return { json: { bundles, payload, runs, carriers: rows }, report: report(options, rows) };
  } finally {
    removeScratch(folder);
  }
}

function rounded({ carrier, ...figures }: CarrierRow): CarrierRow {
  const { seconds, cpuSeconds, bytesPerBundle, timeRatio, cpuRatio, bytesRatio } = figures;
  return {
    carrier,
    seconds: round(seconds, 3),
    cpuSeconds: round(cpuSeconds, 3),
    bytesPerBundle: round(bytesPerBundle, 1),
    timeRatio: round(timeRatio, 3),
    cpuRatio: round(cpuRatio, 3),
    bytesRatio: round(bytesRatio, 3),
  };
}

function report({ bundles, payload, runs }: CarriersOptions, rows: CarrierRow[]) {
  const right = (title: string) => ({ title, align: "right" as const });
  const titles = ["seconds", "processor seconds", "bytes per bundle"];
  const ratios = ["time, of UDP", "processor time, of UDP", "bytes, of UDP"];
  return [
    {
      title: "Result",
      parts: [
        text(
          `An empty node gets ${bundles} bundles of ${payload} bytes of payload of a node in another process, on one ` +
            "machine; every signature is checked, and everything committed. Time runs from the ticket to the last " +
            `commit; processor time is of both. Medians of ${runs} runs, in which the carriers take turns. Bytes go ` +
            "both ways: the payload of UDP or of TCP, TLS included, or what went through the pipe. Each UDP datagram " +
            "has 28 bytes of headers besides, each segment of TCP 40 or more.",
        ),
        table(
          ["carrier", ...[...titles, ...ratios].map(right)],
          rows.map(({ carrier, ...row }) => [
            { udp: "UDP", ws: "WebSocket", wss: "WebSocket, TLS", pipe: "pipe" }[carrier],
            row.seconds,
            row.cpuSeconds,
            row.bytesPerBundle,
            row.timeRatio,
            row.cpuRatio,
            row.bytesRatio,
          ]),
        ),
      ],
    },
  ];
}
