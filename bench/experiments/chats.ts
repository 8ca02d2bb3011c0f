import { round } from "../analysis/statistics.ts";
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
import { type ChatFigures, chatFigures } from "./chat-figures.ts";
import {
  CHAT_OPTIONS,
  type ChatOptionValues,
  chatSize,
  MAILSERVER_UPTIME,
  told,
} from "./chat-options.ts";
import { overheadReport, overheads } from "./chat-overhead.ts";
import { runChat } from "./chat-world.ts";

interface Options extends ChatOptionValues {
  part: Part;
}

/** One of the draft's seven runs, as far as it has a counterpart here. */
interface Scenario {
  id: string;
  name: string;
  group: boolean;
  mailserver: boolean;
  profile: Profile;
}

export interface ChatRow extends ChatFigures {
  id: string;
  name: string;
}

type Part = "all" | "seven" | "overhead";

export const chats = experiment<Options>({
  name: "chats",
  summary: "seven chats among nodes that run a tenth of the time: bandwidth over payload, latency",
  signatures: "keyed hash",
  options: [
    ...CHAT_OPTIONS,
    {
      name: "part",
      summary: "the seven runs, or what acknowledging costs a group, or both",
      default: "all",
      choices: ["all", "seven", "overhead"],
    },
  ],
  run(options, ports): Result {
    const profile = PROFILES[options.profile];
    const isAsked = (part: Part): boolean => options.part === "all" || options.part === part;
    const rows = isAsked("seven")
      ? scenarios(profile).map((scenario) => row(scenario, options, ports))
      : [];
    const overhead = isAsked("overhead") ? overheads(options, profile, ports) : [];
    const { people, messages, uptime } = options;
    return {
      json: { runs: rows, overhead, people, messages, uptime },
      report: [
        ...(rows.length > 0 ? chatReport(options, rows) : []),
        ...(overhead.length > 0 ? [overheadReport(options, overhead)] : []),
      ],
    };
  },
});

function scenarios(shipped: Profile): Scenario[] {
  const noPush: Profile = { ...shipped, pushTo: 0, fresh: false };
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
  const people = group ? options.people : 2;
  const messages = group ? options.messages : options.pairMessages;
  const uptimeOfMailserver = mailserver ? MAILSERVER_UPTIME : 0;
  const size = chatSize(options, { people, messages, mailserver: uptimeOfMailserver });
  const run = runChat({ ...size, profile, progress: told(id, ports) });
  return { id, name, ...chatFigures(run, size) };
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
            "five are of another protocol, which sends every message to every member until it is acknowledged " +
            "(`dispersy bench mvds` runs that one beside); here all seven are this protocol. Its multicast has no counterpart: pushing a new bundle to up to ten " +
            "candidates that run at that moment is the nearest, and E9 is without it. Its mailserver is a helper " +
            "node that runs 90 % of the time, belongs to nobody and holds everything. Two people know each other's " +
            "address; a group has a tracker, which stores nothing. E12 and E13 are the faithful profile without " +
            "push: the filter alone.",
        ),
      ],
    },
  ];
}
