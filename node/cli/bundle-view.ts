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
  /** The payload when it is text, */
  payload?: string;
  /** and when it is not. */
  payloadBase64?: string;
}

/** Controls that make a payload binary although it is UTF-8: all but tab, line feed and carriage return. */
const BINARY = /[^\P{Cc}\t\n\r]/u;

export function bundleJson(row: BundleRow): BundleJson {
  const { id, author, globalTime, payload } = row;
  const content =
    payload === undefined || BINARY.test(payload)
      ? { payloadBase64: payloadBytes(row).toString("base64") }
      : { payload };
  return { id, author, globalTime, ...content };
}

/** Characters of an id that tell bundles apart for a person, and that `get` takes. */
const SHORT_ID = 12;
const TIME_WIDTH = 7;

/**
 * A bundle on one line: on a terminal what fits, in a file or pipe everything, separated by tabs. Controls are escaped
 * in both: what goes into a pipe is read on a terminal later, and line breaks and tabs separate.
 */
export function bundleLine(row: BundleRow): string {
  const payload = row.payload ?? `base64:${row.payloadBase64 ?? ""}`;
  if (!stdoutIsTerminal()) {
    return [row.id, row.globalTime, row.author, escapeControls(payload)].join("\t");
  }
  const left = [
    row.id.slice(0, SHORT_ID),
    String(row.globalTime).padStart(TIME_WIDTH),
    row.author.slice(0, SHORT_ID),
    "",
  ].join("  ");
  return left + truncate(escapeControls(payload), terminalWidth() - left.length);
}

/** The payload's bytes. */
export function payloadBytes(row: BundleRow): Buffer {
  return row.payload === undefined
    ? Buffer.from(row.payloadBase64 ?? "", "base64")
    : Buffer.from(row.payload);
}
