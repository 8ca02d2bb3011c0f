import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { parseBytes, parseRate } from "../host/byte-size.ts";
import { parseListen, parsePlace } from "../host/net/endpoint.ts";
import { UserError } from "../host/errors.ts";
import { isWebSocketUrl, parseWebSocketTracker } from "../host/node/named-trackers.ts";
import { parseWebSocketListen } from "../host/carriers/websocket-listen.ts";
import { parseWebSocketUrl } from "../../wire/websocket-place.ts";
import { parseMetricsPlace } from "../host/metrics/place.ts";
import { topicName } from "../host/topic.ts";
import { LEAST_MAX_RATE } from "../core/max-rate.ts";
import { MAX_DATAGRAM_BYTES, MIN_DATAGRAM_BYTES } from "../../wire/limits.ts";
import { MOST_FLOWS } from "../../nat/plan.ts";

/** Understood before and after the name of every command. */
export interface GlobalOptions {
  home?: string;
  json?: boolean;
}

export interface OverlayOptions extends GlobalOptions {
  overlay?: string;
}

export function overlayOption(): Option {
  return new Option(
    "--overlay <id>",
    "which overlay, when there are several: the beginning of its id",
  );
}

export function publicOption(): Option {
  return new Option(
    "--public",
    "a new overlay is not sealed: whoever is given a bundle can read it (default: private)",
  );
}

export function ticketFileOption(): Option {
  return new Option(
    "--ticket-file <file>",
    "tickets are in this file: the best place for their secrets",
  );
}

/** What the action of `command` works with, the global options included. */
export function optionsOf<T extends GlobalOptions>(command: Command): T {
  return command.optsWithGlobals<T>();
}

/** Every help text ends with examples. */
export function examples(...lines: string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  $ ${line}`)].join("\n");
}

/** An empty path would be the folder where the command is typed: most likely a variable that is not set. */
export function parseHomeOption(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must be a folder.");
}

/** Checks the value; the node takes the text. */
export function parseListenOption(text: string): string {
  sayInvalid(() => parseListen(text));
  return text;
}

/** Checks the value; who serves takes the text. */
export function parseMetricsOption(text: string): string {
  sayInvalid(() => parseMetricsPlace(text));
  return text;
}

export const parseDatagramBytesOption = wholeNumber(MIN_DATAGRAM_BYTES, MAX_DATAGRAM_BYTES);

/** The same. */
export function parseWsOption(text: string): string {
  sayInvalid(() => parseWebSocketListen(text));
  return text;
}

export function parseWsUrlOption(text: string): string {
  if (parseWebSocketUrl(text) !== undefined) return text;
  throw new InvalidArgumentError(
    "It must be such as wss://example.org/dispersy, with a path of small letters.",
  );
}

export const parseMaxFlowsOption = wholeNumber(1, MOST_FLOWS);

/** In bytes. */
export function parseMinFreeOption(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError("It must be a size such as 500M, 2G or 0.");
}

/** In bytes per second. */
export function parseMaxRateOption(text: string): number {
  const rate = parseRate(text);
  if (rate !== undefined && rate >= LEAST_MAX_RATE) return rate;
  throw new InvalidArgumentError(
    "It must be a rate with its unit, from 256kbit/s on, such as 10Mbit/s (bits) or 1.5MB/s (bytes).",
  );
}

/** One tracker or several, separated by commas or spaces (a variable holds only one text), after `previous`. */
export function parseTrackerOption(text: string, previous: string[] = []): string[] {
  return [...previous, ...trackersIn(text, parseTracker)];
}

/** The same of another tracker, which is asked by UDP only. */
export function parsePartnerOption(text: string, previous: string[] = []): string[] {
  return [...previous, ...trackersIn(text, parsePlace)];
}

function trackersIn(text: string, parse: (tracker: string) => unknown): string[] {
  const trackers = text.split(/[\s,]+/).filter((part) => part !== "");
  for (const tracker of trackers) sayInvalid(() => void parse(tracker));
  return trackers;
}

function parseTracker(text: string): unknown {
  return isWebSocketUrl(text) ? parseWebSocketTracker(text) : parsePlace(text);
}

/** Checks the name; the node takes the text. */
export function parseTopicOption(text: string): string {
  try {
    topicName(text);
  } catch (error) {
    throw error instanceof UserError
      ? new InvalidArgumentError(`${sentence(error.message)} ${error.hint}`)
      : error;
  }
  return text;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** Commander names the option or variable; the hint says how the value should look. */
function sayInvalid(parse: () => void): void {
  try {
    parse();
  } catch (error) {
    throw error instanceof UserError ? new InvalidArgumentError(error.hint) : error;
  }
}

/** A parser of whole numbers from `least` on, to `most`. */
export function wholeNumber(
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} on` : `${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${range}.`);
    }
    return value;
  };
}

export function parseSeconds(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || value <= 0) {
    throw new InvalidArgumentError("It must be a number of seconds above 0, such as 30 or 0.5.");
  }
  return value;
}
