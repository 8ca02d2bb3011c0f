import type { BundleRow, DeliveryRow } from "../host/status/rows.ts";
import { BESIDE } from "../host/author-names.ts";
import { timeLeft } from "./expiry-view.ts";
import { stdoutIsTerminal, terminalWidth } from "./output.ts";
import { escapeControls, textWidth, truncate } from "./text.ts";
import { DELAY_WIDTH, formatDelay, formatMoment, isoMoment, MOMENT_WIDTH } from "./written-view.ts";

/** What `ls`, `tail` and `get` print of a bundle with `--json`. */
export interface BundleJson {
  /** Hexadecimal bundle id: 64 characters. */
  id: string;
  /** Hexadecimal public key: 64 characters. */
  author: string;
  /** What its author calls itself: anybody may take any name. */
  name?: string;
  /** So much of `author` as tells it from others whose names look like it; absent where the name alone does. */
  shortKey?: string;
  globalTime: number;
  /** Unix milliseconds when it was written, by its author's clock, which may be wrong or lie. */
  written?: number;
  /** Unix milliseconds when it came to this node. */
  came?: number;
  /** The topic's name, when it is text. */
  topic?: string;
  /** With `--all`: what it is, where it is no data. */
  kind?: Exclude<BundleRow["kind"], "data" | "sealed" | "ephemeral">;
  /** Unix seconds from which on nobody keeps or shows it. */
  expires?: number;
  /** The payload when it is text, */
  payload?: string;
  /** and when it is not. */
  payloadBase64?: string;
  /** In their place: why it cannot be read. */
  unreadable?: string;
  /** In a private overlay: everybody who carries it can read it, and may have written it. */
  notSealed?: true;
  /** It is kept nowhere. */
  ephemeral?: true;
}

/** What `tail` prints of a bundle with `--json`. */
export interface DeliveryJson extends BundleJson {
  /** When it came here, Unix milliseconds. */
  came: number;
  /** With --causal: beginnings (32 characters) of the ids of what it follows and is not to be had. */
  missing?: string[];
  /** `tail --since` with it goes on after this bundle. */
  cursor: string;
}

export function deliveryJson(row: DeliveryRow): DeliveryJson {
  const { came, missing, cursor } = row;
  return { ...bundleJson(row), came, ...(missing && { missing }), cursor };
}

/** Controls that make a payload binary although it is UTF-8: all but tab, line feed and carriage return. */
const BINARY = /[^\P{Cc}\t\n\r]/u;

export function bundleJson(row: BundleRow): BundleJson {
  const { id, author, name, shortKey, globalTime, written, came, topic, expires } = row;
  const { notSealed, ephemeral } = row;
  return {
    id,
    author,
    ...(name !== undefined && { name }),
    ...(shortKey !== undefined && { shortKey }),
    globalTime,
    ...(written !== undefined && { written }),
    ...(came !== undefined && { came }),
    ...(topic !== undefined && { topic }),
    ...(expires !== undefined && { expires }),
    ...contentJson(row),
    ...(notSealed && { notSealed }),
    ...(ephemeral && { ephemeral }),
  };
}

function contentJson(
  row: BundleRow,
): Pick<BundleJson, "kind" | "payload" | "payloadBase64" | "unreadable"> {
  const { kind, payload, unreadable } = row;
  if (kind !== "data" && kind !== "sealed" && kind !== "ephemeral") return { kind };
  if (unreadable !== undefined) return { unreadable };
  if (payload !== undefined && !BINARY.test(payload)) return { payload };
  return { payloadBase64: payloadBytes(row).toString("base64") };
}

const NOT_SEALED = "not sealed";
const EPHEMERAL = "ephemeral";

/** What a person has to know of a payload besides it; undefined where all is well. */
function remark(row: BundleRow | DeliveryRow): string | undefined {
  const missing = "missing" in row ? row.missing?.map((id) => id.slice(0, SHORT_ID)) : undefined;
  const remarks = [
    row.unreadable ?? (row.notSealed ? NOT_SEALED : row.ephemeral ? EPHEMERAL : undefined),
    row.expires === undefined || row.ephemeral ? undefined : timeLeft(row.expires, Date.now()),
    missing && `follows ${missing.join(", ")}, not here`,
  ];
  return remarks.filter((each) => each !== undefined).join("; ") || undefined;
}

/** Digits of an id that tell bundles apart for a person, and that `get` takes. */
const SHORT_ID = 8;
const TIME_WIDTH = 5;
const AUTHOR_WIDTH = 12;

/** Of the lines on a terminal. */
export const LINE_HEAD = columnsOf("ID", "TIME", "WRITTEN", "", "AUTHOR") + "PAYLOAD";

/**
 * A bundle on one line: on a terminal what fits, in a file or pipe everything, separated by tabs, a remark last.
 * Controls are escaped in both: what goes into a pipe is read on a terminal later, and line breaks and tabs separate.
 */
export function bundleLine(row: BundleRow): string {
  return stdoutIsTerminal() ? shortLine(row, Date.now()) : wholeLine(row);
}

function wholeLine(row: BundleRow): string {
  const { id, globalTime, written, came, author, topic = "" } = row;
  const said = remark(row);
  const times = [globalTime, isoMoment(written), isoMoment(came)];
  const texts = [fullName(row), topic, payloadText(row)].map((text) => escapeControls(text));
  return [id, ...times, author, ...texts, ...(said === undefined ? [] : [said])].join("\t");
}

function shortLine(row: BundleRow, nowMs: number): string {
  const { id, globalTime, came, written = came, topic } = row;
  const moment = written === undefined ? "" : formatMoment(written, nowMs);
  const delay = written === undefined || came === undefined ? "" : formatDelay(written, came);
  const left = columnsOf(
    id.slice(0, SHORT_ID),
    String(globalTime),
    moment,
    delay,
    shortAuthor(row),
  );
  const [said, payload] = [remark(row), payloadText(row)];
  const parts = [said && `(${said})`, topic && `[${topic}]`, payload];
  const whole = escapeControls(parts.filter((part) => part).join(" "));
  return left + truncate(whole, terminalWidth() - textWidth(left));
}

function columnsOf(
  id: string,
  time: string,
  moment: string,
  delay: string,
  author: string,
): string {
  const when = `${moment.padEnd(MOMENT_WIDTH)} ${delay.padStart(DELAY_WIDTH)}`;
  const who = author + " ".repeat(Math.max(0, AUTHOR_WIDTH - textWidth(author)));
  return [id.padEnd(SHORT_ID), time.padStart(TIME_WIDTH), when, who, ""].join("  ");
}

/** The name, beside it the beginning of the key where the name alone may deceive; nothing where there is none. */
export function fullName({ name, shortKey }: Pick<BundleRow, "name" | "shortKey">): string {
  return shortKey === undefined ? (name ?? "") : `${name}${BESIDE}${shortKey}`;
}

/**
 * Name or key in the width of a column. A name that is cut may be that of another one cut, so it has the beginning of
 * the key beside it, too.
 */
function shortAuthor(row: BundleRow): string {
  const { author, name } = row;
  if (name === undefined) return author.slice(0, AUTHOR_WIDTH);
  const whole = fullName(row);
  if (textWidth(whole) <= AUTHOR_WIDTH) return whole;
  const beside = BESIDE + (row.shortKey ?? author.slice(0, CUT_KEY_DIGITS));
  return truncate(name, Math.max(1, AUTHOR_WIDTH - beside.length)) + beside;
}

/** Of the key beside a name that is cut. */
const CUT_KEY_DIGITS = 6;

/** What it says: of data the payload, of all else what it is. */
function payloadText({ kind, payload, payloadBase64, unreadable }: BundleRow): string {
  if (kind !== "data" && kind !== "sealed" && kind !== "ephemeral") return `(${kind})`;
  return payload ?? (unreadable === undefined ? `base64:${payloadBase64 ?? ""}` : "");
}

/** The payload's bytes. */
export function payloadBytes(row: BundleRow): Buffer {
  return row.payload === undefined
    ? Buffer.from(row.payloadBase64 ?? "", "base64")
    : Buffer.from(row.payload);
}
