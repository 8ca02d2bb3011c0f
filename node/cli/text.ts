/**
 * What may not reach a terminal from a payload or a peer: C0 and C1 controls (CWE-150: escape sequences), and
 * the marks that reorder or break the lines around them.
 */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** `text` safe to show: whatever steers a terminal is written as `\n`, `\x1b` or `\u202e`; `keep` stays. */
export function escapeControls(text: string, keep = ""): string {
  return text.replace(UNPRINTABLE, (char) => (keep.includes(char) ? char : escapeChar(char)));
}

function escapeChar(char: string): string {
  if (char === "\n") return "\\n";
  if (char === "\r") return "\\r";
  if (char === "\t") return "\\t";
  const code = char.charCodeAt(0);
  return code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** `text` cut to `width` characters of a terminal, the cut marked. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let [cut, left] = ["", width - 1];
  for (const char of text) {
    left -= textWidth(char);
    if (left < 0) break;
    cut += char;
  }
  return `${cut}…`;
}

/** `1 bundle`, `2 bundles`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}

export function privacyWord(isPrivate: boolean): "private" | "public" {
  return isPrivate ? "private" : "public";
}

/** How long ago, in one unit: `3s`, `12m`, `5h`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 100) return `${seconds}s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3600)}h`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;

/** A span in one unit and at most three characters: `12m`, `5h`, `9d`, `30w`, `99y` for all that is longer. */
export function formatSpan(ms: number): string {
  const units = [
    ["m", MINUTE_MS],
    ["h", HOUR_MS],
    ["d", DAY_MS],
    ["w", WEEK_MS],
    ["y", YEAR_MS],
  ] as const;
  const next = units.findIndex(([, size]) => ms < size);
  const [unit, size] = units.at(next === -1 ? -1 : Math.max(0, next - 1))!;
  return `${Math.min(99, Math.floor(ms / size))}${unit}`;
}

/** Characters of a terminal that it takes: none for marks, two for signs of East Asia and pictures. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += NARROW.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

/** Rows in columns two spaces apart; the last column is not padded. */
export function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]!.length)),
  );
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}
