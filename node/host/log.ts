import { performance } from "node:perf_hooks";
import pino from "pino";

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug" | "trace";
export const LOG_LEVELS: readonly LogLevel[] = [
  "silent",
  "error",
  "warn",
  "info",
  "debug",
  "trace",
];

/** Values besides the message. Texts from outside are escaped and cut; bytes are passed as hexadecimal. */
export type Fields = Record<string, string | number | boolean | undefined>;
type Write = (message: string, fields?: Fields) => void;

export interface Log {
  error: Write;
  warn: Write;
  info: Write;
  debug: Write;
  trace: Write;
}

/** Enough for any address, id or reason; a stranger's text shall not fill a disk. */
const MAX_TEXT_CHARACTERS = 256;
/** Lines per message and window: packets can cause lines, and their senders must not fill a disk either. */
const LINES_PER_WINDOW = 10;
const WINDOW_MS = 10_000;
/**
 * Of all messages of one of these levels together: a flood can have a hundred reasons. So ten lines a second, of some
 * 200 bytes: 170 MB in a day of a flood.
 */
const ALL_LINES_PER_WINDOW: Partial<Record<LogLevel, number>> = { debug: 100, trace: 100 };

export interface LogOptions {
  level?: LogLevel;
  /** Where lines go; by default standard error. */
  write?: (line: string) => void;
  /** Short lines for people instead of JSON; by default when standard error is a terminal. */
  readable?: boolean;
}

/** Messages are constants of the source: what varies goes into the fields, and the rate limit goes by message. */
export function createLog(options: LogOptions = {}): Log {
  const write = options.write ?? writeToStderr;
  const readable = options.readable ?? process.stderr.isTTY === true;
  const stream = {
    write: (line: string) => write(printable(readable ? shorten(line) : line)),
  };
  const logger = pino(
    { level: options.level ?? "info", base: null, timestamp: pino.stdTimeFunctions.isoTime },
    stream,
  );
  const limit = new RateLimit(LINES_PER_WINDOW);
  const at = (level: Exclude<LogLevel, "silent">): Write => {
    const all = new RateLimit(ALL_LINES_PER_WINDOW[level] ?? Number.POSITIVE_INFINITY);
    return (message, fields = {}) => {
      if (!logger.isLevelEnabled(level)) return;
      const now = performance.now();
      const suppressed = limit.admit(message, now);
      const others = suppressed === undefined ? undefined : all.admit(level, now);
      if (suppressed === undefined || others === undefined) return;
      const more = {
        ...(suppressed > 0 && { suppressed }),
        ...(others > 0 && { suppressedOfAll: others }),
      };
      logger[level]({ ...cut(fields), ...more }, message);
    };
  };
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    trace: at("trace"),
  };
}

class RateLimit {
  private readonly most: number;
  /** BOUNDED: one entry per message in the source. */
  private readonly sites = new Map<string, { since: number; lines: number; suppressed: number }>();

  constructor(most: number) {
    this.most = most;
  }

  /** How many lines of this message were suppressed since the last one, or undefined: suppress this too. */
  admit(message: string, now: number): number | undefined {
    let site = this.sites.get(message);
    if (site === undefined || now - site.since >= WINDOW_MS) {
      const suppressed = site?.suppressed ?? 0;
      site = { since: now, lines: 1, suppressed: 0 };
      this.sites.set(message, site);
      return suppressed;
    }
    if (site.lines >= this.most) {
      site.suppressed++;
      return undefined;
    }
    site.lines++;
    return 0;
  }
}

function cut(fields: Fields): Fields {
  const short: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    short[name] = typeof value === "string" ? value.slice(0, MAX_TEXT_CHARACTERS) : value;
  }
  return short;
}

/** JSON strings may hold DEL, C1 controls and separators as they are (RFC 8259); a terminal obeys some of them. */
function printable(line: string): string {
  const escape = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${line.trimEnd().replace(/[^\x20-\x7e]/g, escape)}\n`;
}

/** `12:30:05 warn  message  name=value`, from a line of JSON. The time is UTC; `from` 0 has the date before it. */
export function shorten(line: string, from = 11): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = pino.levels.labels[level as number] ?? "";
  const values = Object.entries(fields).map(([key, value]) => `  ${key}=${String(value)}`);
  const at = String(time).slice(from, 19).replace("T", " ");
  return `${at} ${name.padEnd(5)} ${String(msg)}${values.join("")}`;
}

let stderrGuarded = false;

function writeToStderr(line: string): void {
  if (!stderrGuarded) {
    // A closed pipe would end the process with an unhandled EPIPE.
    process.stderr.on("error", () => {});
    stderrGuarded = true;
  }
  process.stderr.write(line);
}
