import { quantile, round } from "../analysis/statistics.ts";
import {
  chart,
  type CommonOptions,
  experiment,
  type Ports,
  type Result,
  table,
  text,
} from "../experiment.ts";
import { DISPERSY, type Profile, PROFILES } from "../../node/core/profile.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { type ChatRun, runChat } from "./chat-world.ts";

interface Options {
  people: number;
  messages: number;
  pairMessages: number;
  payload: number;
  uptime: number;
  cycle: number;
  limit: number;
}

/** One of the draft's seven runs, as far as it has a counterpart here. */
interface Scenario {
  id: string;
  name: string;
  group: boolean;
  mailserver: boolean;
  profile: Profile;
}

export interface ChatRow {
  id: string;
  name: string;
  /** Share of all deliveries that happened in time. */
  delivered: number;
  /** All bytes sent over those of the payloads. */
  bandwidthMultiplier: number;
  /** All bytes sent over those of the payloads times their receivers: 1 is the least possible. */
  perDelivery: number;
  /** Shares of the bytes, 0 to 1. */
  bundleShare: number;
  offerShare: number;
  walkingShare: number;
  /** Null when so many deliveries did not happen. */
  p50Seconds: number | null;
  p90Seconds: number | null;
  /** Virtual. */
  hours: number;
}

const MAILSERVER_UPTIME = 0.9;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

export const chats = experiment<Options>({
  name: "chats",
  summary: "seven chats among nodes that run a tenth of the time: bandwidth over payload, latency",
  signatures: "keyed hash",
  options: [
    { name: "people", summary: "members of the groups", default: 100, min: 3, max: 1_000 },
    { name: "messages", summary: "messages of each member of a group", default: 5, min: 1 },
    { name: "pair-messages", summary: "messages of each of two", default: 50, min: 1 },
    {
      name: "payload",
      summary: "bytes of a message",
      default: 200,
      min: 20,
      max: MAX_PAYLOAD_BYTES,
    },
    {
      name: "uptime",
      summary: "share of the time that a person's node runs",
      default: 0.1,
      min: 0.01,
      max: 1,
      fraction: true,
    },
    {
      name: "cycle",
      summary: "mean time between two starts of a node, in seconds",
      default: 1_200,
      min: 10,
    },
    { name: "limit", summary: "virtual hours after which a run is given up", default: 240, min: 1 },
  ],
  run(options, ports): Result {
    const rows = scenarios(PROFILES[options.profile]).map((scenario) =>
      row(scenario, options, ports),
    );
    const { people, messages, uptime } = options;
    return { json: { runs: rows, people, messages, uptime }, report: chatReport(options, rows) };
  },
});

function scenarios(shipped: Profile): Scenario[] {
  const noPush: Profile = { ...shipped, pushTo: 0 };
  const filterOnly: Profile = { ...DISPERSY, pushTo: 0 };
  const of = (id: string, name: string, group: boolean, mailserver: boolean, profile: Profile) => {
    return { id, name, group, mailserver, profile };
  };
  return [
    of("E7", "two people", false, false, shipped),
    of("E8", "two people, mailserver", false, true, shipped),
    of("E9", "group, no push", true, false, noPush),
    of("E10", "group, push", true, false, shipped),
    of("E11", "group, push, mailserver", true, true, shipped),
    of("E12", "group, Dispersy's filter alone", true, false, filterOnly),
    of("E13", "group, Dispersy's filter, mailserver", true, true, filterOnly),
  ];
}

function row(
  { id, name, group, mailserver, profile }: Scenario,
  options: Options & CommonOptions,
  ports: Ports,
): ChatRow {
  const { seed, uptime, payload } = options;
  const people = group ? options.people : 2;
  const messages = group ? options.messages : options.pairMessages;
  const run = runChat({
    seed,
    people,
    messages,
    payloadBytes: payload,
    uptime,
    cycleMs: options.cycle * SECOND_MS,
    mailserver: mailserver ? MAILSERVER_UPTIME : 0,
    profile,
    limitMs: options.limit * HOUR_MS,
    progress: (delivered, nowMs) =>
      ports.progress(
        `${id}: ${Math.floor(delivered * 100)} % delivered after ${round(nowMs / HOUR_MS, 1)} virtual hours`,
      ),
  });
  return { id, name, ...figures(run, people * messages * payload, people - 1) };
}

function figures(
  { deliveries, latenciesMs, bytes, ms }: ChatRun,
  payloadBytes: number,
  receivers: number,
): Omit<ChatRow, "id" | "name"> {
  const sent = bytes.bundles + bytes.offers + bytes.walking;
  // Deliveries that did not happen are later than all others.
  const at = (share: number): number | null =>
    latenciesMs.length < share * deliveries
      ? null
      : round(quantile(latenciesMs, (share * deliveries) / latenciesMs.length)! / SECOND_MS, 1);
  return {
    delivered: round(latenciesMs.length / deliveries, 4),
    bandwidthMultiplier: round(sent / payloadBytes, 1),
    perDelivery: round(sent / (payloadBytes * receivers), 2),
    bundleShare: round(bytes.bundles / sent, 3),
    offerShare: round(bytes.offers / sent, 3),
    walkingShare: round(bytes.walking / sent, 3),
    p50Seconds: at(0.5),
    p90Seconds: at(0.9),
    hours: round(ms / HOUR_MS, 2),
  };
}

function chatReport({ people, messages, uptime, cycle, payload }: Options, rows: ChatRow[]) {
  const right = (title: string) => ({ title, align: "right" as const });
  const percent = (share: number) => `${round(share * 100, 1)} %`;
  const columns = [
    "delivered",
    "bytes over payload",
    "per delivery",
    "bundles",
    "offers",
    "walking",
    "p50 (s)",
    "p90 (s)",
    "hours",
  ];
  return [
    {
      title: "Result",
      parts: [
        text(
          `Nodes run ${percent(uptime)} of the time, in sessions of ${round(uptime * cycle, 0)} s on average, ` +
            `both times exponential. Groups have ${people} people who write ${messages} messages of ${payload} ` +
            `bytes each, one per session. A run ends when everybody has everything. "Bytes over payload" counts ` +
            `each payload once, "per delivery" once per receiver. Signatures are replaced by a keyed hash.`,
        ),
        table(
          ["", "run", ...columns.map(right)],
          rows.map((row) => [
            row.id,
            row.name,
            percent(row.delivered),
            row.bandwidthMultiplier,
            row.perDelivery,
            percent(row.bundleShare),
            percent(row.offerShare),
            percent(row.walkingShare),
            row.p50Seconds ?? "–",
            row.p90Seconds ?? "–",
            row.hours,
          ]),
        ),
        chart({
          file: "chats",
          kind: "bars",
          title: "From a message's making to its receivers",
          x: { title: "run" },
          y: { title: "latency", unit: "s" },
          groups: rows.map(({ id }) => id),
          series: [
            { name: "half of all deliveries", values: rows.map(({ p50Seconds }) => p50Seconds) },
            { name: "nine of ten", values: rows.map(({ p90Seconds }) => p90Seconds) },
          ],
        }),
      ],
    },
    {
      title: "What the runs stand for",
      parts: [
        text(
          "They follow seven simulations of an unpublished draft, whose own figures are not known. Its first " +
            "five are of another protocol, which sends every message to every member until it is acknowledged; " +
            "here all seven are this protocol. Its multicast has no counterpart: pushing a new bundle to up to ten " +
            "candidates that run at that moment is the nearest, and E9 is without it. Its mailserver is a helper " +
            "node that runs 90 % of the time, belongs to nobody and holds everything. Two people know each other's " +
            "address; a group has a tracker, which stores nothing. E12 and E13 are the faithful profile without " +
            "push: the filter alone.",
        ),
      ],
    },
  ];
}
