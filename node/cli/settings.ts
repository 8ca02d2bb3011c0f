/*
 * All settings, in one table. Options of the commands, variables of the environment, keys of the config file, help and
 * docs/settings.md come from it: a new setting is one entry here and its use in the command.
 */
import { type Command, Option } from "commander";
import { DEFAULT_MAX_FLOWS } from "../../nat/plan.ts";
import {
  DEFAULT_DATAGRAM_BYTES,
  MAX_DATAGRAM_BYTES,
  MIN_DATAGRAM_BYTES,
} from "../../wire/limits.ts";
import { PROFILES } from "../core/profile.ts";
import type { LogLevel } from "../host/node/node.ts";
import {
  parseDatagramBytesOption,
  parseHomeOption,
  parseListenOption,
  parseMaxFlowsOption,
  parseMaxRateOption,
  parseMetricsOption,
  parseMinFreeOption,
  parsePartnerOption,
  parseTrackerOption,
  parseWsOption,
  parseWsUrlOption,
} from "./options.ts";

/** Who takes a setting: a command, or all of them before and after their names. */
export type Taker = "all" | "run" | "up" | "doctor" | "tracker" | "netcheck" | "bench";

export interface Setting {
  /** As commander writes it, such as `--max-up <rate>`; its name there is the key of the config file. */
  flag: string;
  /** The variable of the environment that it also comes from. */
  variable?: string;
  /** Whether the config file in the home of a node may have it. */
  isKey?: true;
  takers: readonly Taker[];
  /** What it is, without a full stop: help shows it. */
  sentence: string;
  /** What holds without it, for people; none means that nothing happens. */
  default?: string;
  /** What its value counts or is, for people. */
  unit: string;
  /** What commander gives to the command by default. */
  value?: unknown;
  choices?: readonly string[];
  /** Reads a text; throws a sentence about a wrong one. That of a list gets what it returned before. */
  parse?: (text: string, previous?: string[]) => unknown;
  /** It may be given several times; the file may list several texts. */
  isList?: true;
}

export const PROFILE_NAMES = Object.keys(PROFILES);
/** Here once more because the log's module loads pino, which `--help` can do without. */
export const LOG_LEVELS: LogLevel[] = ["silent", "error", "warn", "info", "debug", "trace"];

export const SETTINGS: readonly Setting[] = [
  {
    flag: "--home <dir>",
    variable: "DISPERSY_HOME",
    takers: ["all"],
    sentence: "folder of the node",
    parse: parseHomeOption,
    default: "dispersy in $XDG_DATA_HOME",
    unit: "path",
  },
  {
    flag: "--json",
    takers: ["all"],
    sentence: "print JSON, one object per line",
    unit: "",
  },
  {
    flag: "--listen <host:port>",
    variable: "DISPERSY_LISTEN",
    isKey: true,
    takers: ["run", "up", "doctor", "netcheck"],
    sentence: "where to receive datagrams; port 0 takes any free one",
    default: "everywhere, at the port of the last run",
    unit: "address and port",
    parse: parseListenOption,
  },
  {
    flag: "--listen <host:port>",
    variable: "DISPERSY_LISTEN",
    takers: ["tracker"],
    sentence: "where to receive datagrams; port 0 takes any free one",
    default: ":6421, and 6422 for observation",
    unit: "address and port",
    // The port of the original's trackers.
    value: ":6421",
    parse: parseListenOption,
  },
  {
    flag: "--tracker <host:port>",
    variable: "DISPERSY_TRACKER",
    isKey: true,
    takers: ["run", "up", "doctor"],
    sentence:
      "a tracker to begin from, as host:port, or wss://host:port where it takes WebSockets; may be given several times",
    unit: "address or name, and port; or a URL",
    parse: parseTrackerOption,
    isList: true,
  },
  {
    flag: "--tracker <host:port>",
    takers: ["tracker"],
    sentence:
      "another tracker, which names this one: they help each other to show nodes what their NAT lets in",
    unit: "address or name, and port",
    parse: parsePartnerOption,
    isList: true,
  },
  {
    flag: "--no-portmap",
    variable: "DISPERSY_NO_PORTMAP",
    isKey: true,
    takers: ["run", "up", "doctor"],
    sentence: "do not ask the router for a port to be reached at",
    unit: "1 in the environment (0 and no are not set), true or false in the file",
  },
  {
    flag: "--no-lan",
    variable: "DISPERSY_NO_LAN",
    isKey: true,
    takers: ["run", "up"],
    sentence: "do not announce the node to the machines around it, nor listen to theirs",
    unit: "1 in the environment (0 and no are not set), true or false in the file",
  },
  {
    flag: "--max-flows <n>",
    variable: "DISPERSY_MAX_FLOWS",
    isKey: true,
    takers: ["run", "up"],
    sentence: "entries that one search for a path may fill our NAT's table with",
    default: String(DEFAULT_MAX_FLOWS),
    unit: "entries",
    parse: parseMaxFlowsOption,
  },
  {
    flag: "--min-free <size>",
    variable: "DISPERSY_MIN_FREE",
    isKey: true,
    takers: ["run", "up", "doctor"],
    sentence: "free space below which others' bundles are not taken",
    default: "5 % of the disk, at most 256M",
    unit: "bytes, or K, M, G, T of 1,024",
    parse: parseMinFreeOption,
  },
  {
    flag: "--datagram-bytes <n>",
    variable: "DISPERSY_DATAGRAM_BYTES",
    isKey: true,
    takers: ["run", "up"],
    sentence:
      "the largest datagram (UDP payload) to send, and with less than 1232 to get: smaller for networks that lose large " +
      "ones, where bundles that do not fit neither go nor come; 1472 for Ethernet alone",
    default: String(DEFAULT_DATAGRAM_BYTES),
    unit: `bytes, ${MIN_DATAGRAM_BYTES} to ${MAX_DATAGRAM_BYTES}`,
    parse: parseDatagramBytesOption,
  },
  {
    flag: "--max-up <rate>",
    variable: "DISPERSY_MAX_UP",
    isKey: true,
    takers: ["run", "up"],
    sentence: "of the line, what bundles sent to all peers may take, such as 2Mbit/s or 250KB/s",
    default: "no limit",
    unit: "rate with its unit, from 256kbit/s on",
    parse: parseMaxRateOption,
  },
  {
    flag: "--max-down <rate>",
    variable: "DISPERSY_MAX_DOWN",
    isKey: true,
    takers: ["run", "up"],
    sentence: "the same for bundles that peers are asked for",
    default: "no limit",
    unit: "rate with its unit, from 256kbit/s on",
    parse: parseMaxRateOption,
  },
  {
    flag: "--profile <name>",
    variable: "DISPERSY_PROFILE",
    isKey: true,
    takers: ["run", "up"],
    sentence: "how to synchronise",
    default: "adaptive",
    unit: "name",
    choices: PROFILE_NAMES,
  },
  {
    flag: "--profile <name>",
    variable: "DISPERSY_PROFILE",
    takers: ["bench"],
    sentence: "how to synchronise",
    default: "adaptive",
    unit: "name",
    value: "adaptive",
    choices: PROFILE_NAMES,
  },
  {
    flag: "--receipts",
    variable: "DISPERSY_RECEIPTS",
    isKey: true,
    takers: ["run", "up"],
    sentence:
      "in public overlays, too, tell whoever asks which bundles came: everybody there reads it",
    unit: "1 in the environment (0 and no are not set), true or false in the file",
  },
  {
    flag: "--ws <[host:]port[/path]>",
    variable: "DISPERSY_WS",
    isKey: true,
    takers: ["run", "up", "tracker"],
    sentence: "take WebSockets there, for nodes whose network blocks UDP; tickets of nodes name it",
    unit: "port, or address and port; the path is /dispersy by default",
    parse: parseWsOption,
  },
  {
    flag: "--ws-cert <file>",
    variable: "DISPERSY_WS_CERT",
    isKey: true,
    takers: ["run", "up", "tracker"],
    sentence: "certificate for them, with --ws-key; without it a reverse proxy does TLS, or nobody",
    unit: "path of a file in PEM",
  },
  {
    flag: "--ws-key <file>",
    variable: "DISPERSY_WS_KEY",
    isKey: true,
    takers: ["run", "up", "tracker"],
    sentence: "the certificate's private key",
    unit: "path of a file in PEM",
  },
  {
    flag: "--ws-url <url>",
    variable: "DISPERSY_WS_URL",
    isKey: true,
    takers: ["run", "up", "tracker"],
    sentence:
      "where others reach them, such as wss://example.org/dispersy: tickets name it, and nodes and trackers are told of it",
    unit: "URL",
    parse: parseWsUrlOption,
  },
  {
    flag: "--ws-only",
    variable: "DISPERSY_WS_ONLY",
    isKey: true,
    takers: ["run", "up"],
    sentence: "no UDP: only by WebSocket, to places that tickets, trackers or others name",
    unit: "1 in the environment (0 and no are not set), true or false in the file",
  },
  {
    flag: "--metrics <[host:]port>",
    variable: "DISPERSY_METRICS",
    isKey: true,
    takers: ["run", "up", "tracker"],
    sentence:
      "serve /metrics (Prometheus) and /healthz over HTTP; without a host to this machine alone",
    unit: "port, or address and port",
    parse: parseMetricsOption,
  },
  {
    flag: "--log-level <level>",
    variable: "DISPERSY_LOG_LEVEL",
    isKey: true,
    takers: ["run", "up", "tracker", "netcheck"],
    sentence: "how much to tell on stderr",
    default: "info",
    unit: "name",
    choices: LOG_LEVELS,
  },
  {
    flag: "--record <file>",
    takers: ["run"],
    sentence:
      "write down what the node does, for `dispersy replay`: no secret key, but everything else",
    unit: "path of a new file",
  },
  {
    flag: "--pcap <file>",
    takers: ["run"],
    sentence: "write all datagrams into a packet capture, for Wireshark",
    unit: "path of a new file",
  },
  {
    flag: "--keylog <file>",
    variable: "DISPERSY_KEYLOGFILE",
    takers: ["run"],
    sentence:
      "add to it what opens the datagrams of this run, for Wireshark; who has it reads them",
    unit: "path",
  },
];

/** Variables that other programs read, too. */
export const COMMON_VARIABLES: readonly [name: string, sentence: string][] = [
  ["XDG_DATA_HOME", "is where the home is by default (else ~/.local/share)"],
  ["LOCALAPPDATA", "is where it is on Windows"],
  ["XDG_STATE_HOME", "(for a service RUNTIME_DIRECTORY) is where trackers are found"],
  [
    "HTTPS_PROXY",
    "(for ws: HTTP_PROXY; for both ALL_PROXY) is the proxy that WebSockets go through, but for hosts in NO_PROXY",
  ],
  ["NODE_EXTRA_CA_CERTS", "is a file with more authorities of certificates, for WebSockets"],
  ["NO_COLOR", "prints without colours when it is set to anything"],
  ["TERM", "prints without colours when it is dumb"],
];

/** Every variable of ours, once. */
export const VARIABLES = [...new Set(SETTINGS.flatMap(({ variable }) => variable ?? []))];

/** Those of switches, which have no value. */
const SWITCHES = new Set(
  SETTINGS.flatMap(({ flag, variable }) => (flag.includes("<") ? [] : (variable ?? []))),
);

/** Whether a variable of ours is set to nothing, which is not set, as with the XDG variables; or a switch to no. */
export function isUnset(name: string, value: string): boolean {
  return value === "" || (SWITCHES.has(name) && /^(?:0|false|no)$/i.test(value));
}

/** What the config file may have, under the names of the options. */
export const KEYS: ReadonlyMap<string, Setting> = new Map(
  SETTINGS.filter(({ isKey }) => isKey).map((setting) => [keyOf(setting), setting]),
);

/** Adds all that `taker` takes, in the order of the table. */
export function addSettings(command: Command, taker: Taker): Command {
  for (const setting of SETTINGS) {
    if (setting.takers.includes(taker)) command.addOption(optionOf(setting));
  }
  return command;
}

export function optionOf(setting: Setting): Option {
  const { flag, variable, sentence, value, choices, parse } = setting;
  const isSaid = setting.default !== undefined && value === undefined;
  const option = new Option(flag, sentence + (isSaid ? ` (default: ${setting.default})` : ""));
  if (variable !== undefined) option.env(variable);
  if (value !== undefined) option.default(value, setting.default);
  if (choices !== undefined) option.choices(choices);
  if (parse !== undefined) {
    option.argParser<unknown>((text, previous) => parse(text, previous as string[] | undefined));
  }
  return option;
}

/** Its name among the options of a command, and in the config file. */
export function keyOf({ flag }: Setting): string {
  return new Option(flag).attributeName();
}

/** Reads the value of a key of the config file; throws a sentence about a wrong one. */
export function parseKey(setting: Setting, value: unknown): unknown {
  if (setting.isList) return (Array.isArray(value) ? value : [value]).flatMap(parseText(setting));
  if (!setting.flag.includes("<")) return truth(value);
  return parseText(setting)(value);
}

/** Flags whose value is a figure: the file may have it without quotes. */
const FIGURES = /<(?:n|size|rate|\[host:\]port)>/;

function parseText({ flag, parse, choices }: Setting): (value: unknown) => unknown {
  return (value) => {
    const text = FIGURES.test(flag) && typeof value === "number" ? String(value) : value;
    if (typeof text !== "string") throw new Error("It must be a text in quotes.");
    if (choices?.includes(text) === false) {
      throw new Error(`It must be one of ${choices.join(", ")}.`);
    }
    return parse === undefined ? text : parse(text);
  };
}

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Error("It must be true or false.");
  return value;
}
