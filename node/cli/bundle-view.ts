import type { BundleRow } from "../host/status/rows.ts";
import { stdoutIsTerminal, terminalWidth } from "./output.ts";
import { escapeControls, truncate } from "./text.ts";

/** What `ls`, `tail` and `get` print of a bundle with `--json`. */
export interface BundleJson {
  /** Hexadecimal bundle id: 64 characters. */
  id: string;
  /** Hexadecimal public key: 64 characters. */
  author: string;
  globalTime: number;
  /** The topic's name, when it is text. */
  topic?: string;
  /** The payload when it is text, */
  payload?: string;
  /** and when it is not. */
  payloadBase64?: string;
  /** In their place: why it cannot be read. */
  unreadable?: string;
  /** In a private overlay: everybody who carries it can read it, and may have written it. */
  notSealed?: true;
}

/** Controls that make a payload binary although it is UTF-8: all but tab, line feed and carriage return. */
const BINARY = /[^\P{Cc}\t\n\r]/u;

export function bundleJson(row: BundleRow): BundleJson {
  const { id, author, globalTime, topic, notSealed } = row;
  return {
    id,
    author,
    globalTime,
    ...(topic !== undefined && { topic }),
    ...contentJson(row),
    ...(notSealed && { notSealed }),
  };
}

function contentJson(row: BundleRow): Pick<BundleJson, "payload" | "payloadBase64" | "unreadable"> {
  const { payload, unreadable } = row;
  if (unreadable !== undefined) return { unreadable };
  if (payload !== undefined && !BINARY.test(payload)) return { payload };
  return { payloadBase64: payloadBytes(row).toString("base64") };
}

const NOT_SEALED = "not sealed";

/** What a person has to know of a payload besides it; undefined where all is well. */
function remark({ unreadable, notSealed }: BundleRow): string | undefined {
  return unreadable ?? (notSealed ? NOT_SEALED : undefined);
}

/** Characters of an id that tell bundles apart for a person, and that `get` takes. */
const SHORT_ID = 12;
const TIME_WIDTH = 7;

/**
 * A bundle on one line: on a terminal what fits, in a file or pipe everything, separated by tabs, a remark last.
 * Controls are escaped in both: what goes into a pipe is read on a terminal later, and line breaks and tabs separate.
 */
export function bundleLine(row: BundleRow): string {
  const said = remark(row);
  const payload = escapeControls(payloadText(row));
  if (!stdoutIsTerminal()) {
    const columns = [row.id, row.globalTime, row.author, payload];
    return [...columns, ...(said === undefined ? [] : [said])].join("\t");
  }
  const left = [
    row.id.slice(0, SHORT_ID),
    String(row.globalTime).padStart(TIME_WIDTH),
    row.author.slice(0, SHORT_ID),
    "",
  ].join("  ");
  const whole = said === undefined ? payload : `(${said}) ${payload}`.trimEnd();
  return left + truncate(whole, terminalWidth() - left.length);
}

function payloadText({ payload, payloadBase64, unreadable }: BundleRow): string {
  return payload ?? (unreadable === undefined ? `base64:${payloadBase64 ?? ""}` : "");
}

/** The payload's bytes. */
export function payloadBytes(row: BundleRow): Buffer {
  return row.payload === undefined
    ? Buffer.from(row.payloadBase64 ?? "", "base64")
    : Buffer.from(row.payload);
}
