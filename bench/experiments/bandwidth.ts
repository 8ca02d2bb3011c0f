import { round } from "../analysis/statistics.ts";
import { walkBytesPerHour } from "../analysis/walk-bytes.ts";
import {
  chart,
  type CommonOptions,
  experiment,
  type Ports,
  type Result,
  type ReportSection,
  table,
  text,
} from "../experiment.ts";
import { DISPERSY, type Profile, PROFILES } from "../../node/core/profile.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { Overlay } from "./overlay.ts";

interface Options {
  nodes: number;
  rate: number;
  backlog: number;
  payload: number;
  minutes: number;
}

interface Hourly {
  /** What a node sends and receives in an hour: bytes of UDP payload, and with IP and UDP headers. */
  sent: number;
  received: number;
  sentWithHeaders: number;
  datagrams: number;
}

export interface BandwidthRow {
  profile: string;
  idle: Hourly;
  busy: Hourly;
  /** Bytes of payload made per hour, which every node has to receive. */
  payloadPerHour: number;
  /** Idle bytes sent by the arithmetic of the walk (bench/analysis). */
  analysisIdle: number;
}

const WARM_UP_MS = 120_000;
const HOUR_MS = 3_600_000;
/** IPv4 and UDP. */
const HEADER_BYTES = 28;

export const bandwidth = experiment<Options>({
  name: "bandwidth",
  summary: "bytes per node and hour, idle and busy; published: about 1 KB/s per peer",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes of the overlay", default: 100, min: 2, max: 20_000 },
    {
      name: "rate",
      summary: "bundles per second over the whole overlay while busy",
      default: 1,
      min: 0.01,
      fraction: true,
    },
    { name: "backlog", summary: "bundles that all hold already", default: 0, max: 1_000_000 },
    {
      name: "payload",
      summary: "bytes of each payload",
      default: 100,
      min: 8,
      max: MAX_PAYLOAD_BYTES,
    },
    { name: "minutes", summary: "virtual minutes idle, and again busy", default: 3, min: 1 },
  ],
  run(options, ports): Result {
    const profiles = [...new Set([PROFILES[options.profile], DISPERSY])];
    const rows = profiles.map((profile) => measure(profile, options, ports));
    const { idle, busy } = rows[0]!;
    const { nodes, profile, rate, backlog } = options;
    return {
      json: {
        idleBytesPerHour: idle.sent,
        busyBytesPerHour: busy.sent,
        nodes,
        profile,
        rate,
        backlog,
        profiles: rows,
      },
      report: report(options, rows),
    };
  },
});

function measure(profile: Profile, options: Options & CommonOptions, ports: Ports): BandwidthRow {
  const { name } = profile;
  const { seed, nodes, backlog, rate, payload, minutes } = options;
  const overlay = new Overlay({ seed, nodes, profile, backlog });
  const { world } = overlay;
  overlay.run(WARM_UP_MS, () => ports.progress(`${name}: ${nodes} nodes get acquainted`));
  const ms = minutes * 60_000;
  const phase = (what: string): Hourly => {
    const before = totals(overlay);
    overlay.run(ms, (share) => ports.progress(`${name}, ${what}: ${Math.round(share * 100)} %`));
    return hourly(before, totals(overlay), nodes, ms);
  };
  const idle = phase("idle");
  const random = world.random("payload");
  const startMs = world.now;
  for (let i = 0; i < (rate * ms) / 1_000; i++) {
    const fire = (): void => void world.publish(overlay.draw(), [random.bytes(payload)]);
    world.clock.at(startMs + (i * 1_000) / rate, { fire });
  }
  return {
    profile: name,
    idle,
    busy: phase("busy"),
    payloadPerHour: Math.round((rate * payload * HOUR_MS) / 1_000),
    analysisIdle: Math.round(walkBytesPerHour(profile, backlog + 1)),
  };
}

interface Totals {
  sent: number;
  received: number;
  datagrams: number;
}

function totals({ live }: Overlay): Totals {
  const sum: Totals = { sent: 0, received: 0, datagrams: 0 };
  for (const { sent, received } of live.flatMap(({ endpoints }) => endpoints)) {
    sum.sent += sent.bytes;
    sum.received += received.bytes;
    sum.datagrams += sent.datagrams;
  }
  return sum;
}

function hourly(before: Totals, after: Totals, nodes: number, ms: number): Hourly {
  const per = (key: keyof Totals): number => ((after[key] - before[key]) / nodes / ms) * HOUR_MS;
  const [sent, received, datagrams] = [per("sent"), per("received"), per("datagrams")];
  return {
    sent: round(sent, 0),
    received: round(received, 0),
    sentWithHeaders: round(sent + datagrams * HEADER_BYTES, 0),
    datagrams: round(datagrams, 0),
  };
}

function report(options: Options, rows: readonly BandwidthRow[]): ReportSection[] {
  const { nodes, rate, payload, backlog, minutes } = options;
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  const cells = (profile: string, what: string, hour: Hourly, calculated: number | string) => [
    profile,
    what,
    hour.sent,
    hour.received,
    hour.sentWithHeaders,
    hour.datagrams,
    round(hour.sentWithHeaders / 3_600, 0),
    calculated,
  ];
  return [
    {
      title: "Result",
      parts: [
        text(
          `${nodes.toLocaleString("en-US")} nodes that hold ${backlog.toLocaleString("en-US")} bundles, ` +
            `${minutes} virtual minutes idle, then as long with ${rate} bundles of ${payload} bytes of payload per ` +
            `second, made at random nodes. Bytes are UDP payload; "on the wire" adds 28 for each datagram's IPv4 ` +
            "and UDP headers.",
        ),
        table(
          [
            "profile",
            "phase",
            right("sent, bytes/h"),
            right("received, bytes/h"),
            right("sent on the wire, bytes/h"),
            right("datagrams/h"),
            right("on the wire, bytes/s"),
            right("analysis: sent, bytes/h"),
          ],
          rows.flatMap((row) => [
            cells(row.profile, "idle", row.idle, row.analysisIdle),
            cells(row.profile, "busy", row.busy, "–"),
          ]),
        ),
        chart({
          file: "bandwidth",
          kind: "bars",
          title: "What a node sends in an hour",
          x: { title: "profile" },
          y: { title: "UDP payload sent", unit: "kB per hour" },
          groups: rows.map(({ profile }) => profile),
          series: [
            { name: "idle", values: rows.map(({ idle }) => idle.sent / 1_000) },
            {
              name: "idle, analysis",
              values: rows.map(({ analysisIdle }) => analysisIdle / 1_000),
            },
            {
              name: `busy: ${rate} per second`,
              values: rows.map(({ busy }) => busy.sent / 1_000),
            },
            {
              name: "the new payloads alone",
              values: rows.map(({ payloadPerHour }) => payloadPerHour / 1_000),
            },
          ],
        }),
      ],
    },
    {
      title: "How to read it",
      parts: [
        text(
          "Published (Open2Edit, 250 peers): 1 KB/s per peer, 2 KB/s for the one that inserts. An idle node here " +
            "pays for its steps: per step one request and one response, a puncture-request to the node named, and " +
            "punctures; a request carries an offer. The analysis adds these up for a node that steps every 5 s and " +
            "is asked as often.",
        ),
      ],
    },
  ];
}
