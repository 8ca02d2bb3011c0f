import type { Table } from "../experiment.ts";

/** A GitHub table, its columns aligned in the source as well. */
export function markdownTable({ columns, rows }: Table): string {
  const cells = rows.map((row) => row.map(cellText));
  const titles = columns.map(({ title }) => cellText(title));
  const widths = titles.map((title, i) =>
    Math.max(3, title.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const isRight = columns.map(({ align }, i) => (align ?? usual(rows, i)) === "right");
  const line = (parts: string[]): string =>
    `| ${parts.map((part, i) => (isRight[i] ? part.padStart(widths[i]!) : part.padEnd(widths[i]!))).join(" | ")} |`;
  const rule = widths.map((width, i) =>
    isRight[i] ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [line(titles), line(rule), ...cells.map(line)].join("\n");
}

/** Columns of numbers stand on the right. */
function usual(rows: Table["rows"], column: number): "left" | "right" {
  return rows.some((row) => typeof row[column] === "number") ? "right" : "left";
}

function cellText(cell: string | number): string {
  if (typeof cell === "number") return formatNumber(cell);
  return cell.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** `12,345`, `0.36`, `19.5`: no more digits than were given. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}
