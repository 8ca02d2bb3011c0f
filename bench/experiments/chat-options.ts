import { round } from "../analysis/statistics.ts";
import type { CommonOptions, OptionSpec, Ports } from "../experiment.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import type { ChatSize } from "./chat-world.ts";

/** What the chats of all experiments are told alike. */
export interface ChatOptionValues {
  people: number;
  messages: number;
  pairMessages: number;
  payload: number;
  uptime: number;
  cycle: number;
  loss: number;
  limit: number;
}

export const MAILSERVER_UPTIME = 0.9;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

export const CHAT_OPTIONS: readonly OptionSpec[] = [
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
  {
    name: "loss",
    summary: "share of the datagrams that are lost",
    default: 0,
    min: 0,
    max: 0.9,
    fraction: true,
  },
  { name: "limit", summary: "virtual hours after which a run is given up", default: 240, min: 1 },
];

export function chatSize(
  options: ChatOptionValues & CommonOptions,
  size: Pick<ChatSize, "people" | "messages" | "mailserver">,
): ChatSize {
  const { seed, payload, uptime, loss } = options;
  const [cycleMs, limitMs] = [options.cycle * SECOND_MS, options.limit * HOUR_MS];
  return { seed, ...size, payloadBytes: payload, uptime, loss, cycleMs, limitMs };
}

/** Tells how far a run is. */
export function told(name: string, ports: Ports): NonNullable<ChatSize["progress"]> {
  return (delivered, nowMs) =>
    ports.progress(
      `${name}: ${Math.floor(delivered * 100)} % delivered after ${round(nowMs / HOUR_MS, 1)} virtual hours`,
    );
}
