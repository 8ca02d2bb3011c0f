import type { Table } from "../experiment.ts";

/** A column of figures. */
export function right(title: string): Table["columns"][number] {
  return { title, align: "right" };
}

export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

export function milliseconds(ms: number | null): string {
  return ms === null ? "–" : `${ms.toLocaleString("en-US")} ms`;
}
