import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./finding.ts";
import type { Setting } from "./setting.ts";

/** One section of the page as it was measured. */
export interface Record extends Setting {
  name: string;
  /** What repeats it. */
  command: string;
  /** Wall-clock time. */
  seconds: number;
  findings: Finding[];
  /** What the command printed. */
  figures: object;
  /** The report, without its head: Markdown below `##`, charts as links to files beside the record. */
  body: string;
  /** Files of these charts. */
  charts: string[];
}

/** A chart that was drawn: the name of its file and what is in it. */
export interface Drawing {
  file: string;
  svg: string;
}

/** The record of that name in `folder`, if there is one. */
export function readRecord(folder: string, name: string): Record | undefined {
  const path = pathOf(folder, name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record) : undefined;
}

/** Writes the record and its charts in place of the earlier ones of that name. */
export function writeRecord(folder: string, record: Record, drawings: readonly Drawing[]): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readRecord(folder, record.name)?.charts ?? []) {
    rmSync(join(folder, file), { force: true });
  }
  for (const { file, svg } of drawings) writeFileSync(join(folder, file), svg);
  writeFileSync(pathOf(folder, record.name), `${JSON.stringify(record, null, 2)}\n`);
}

function pathOf(folder: string, name: string): string {
  return join(folder, `${name}.json`);
}
