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

/** `text` cut to `width` characters, the cut marked. */
export function truncate(text: string, width: number): string {
  const chars = [...text];
  return chars.length <= width ? text : `${chars.slice(0, Math.max(0, width - 1)).join("")}…`;
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
