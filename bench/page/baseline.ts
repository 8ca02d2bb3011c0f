import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./finding.ts";
import type { Setting } from "./setting.ts";

/** What the page says of a section in figures, for programs to read: later measurements are held against it. */
export interface Measured extends Setting {
  /** What repeats it. */
  command: string;
  /** What repeats its controls, where that is another command. */
  controlCommand?: string;
  /** Other systems in the same run, each with its version. */
  beside?: string[];
  /** Wall-clock time. */
  seconds: number;
  /** Files of the charts, beside the baseline. */
  charts: string[];
  findings: Finding[];
}

/** By the names of the sections. BOUNDED: by their number. */
export type Baseline = Record<string, Measured>;

/** A chart that was drawn: the name of its file and what is in it. */
export interface Drawing {
  file: string;
  svg: string;
}

/** The only file of figures that is kept with the source. */
const BASELINE_FILE = "baseline.json";

/** Empty when nothing was measured yet. */
export function readBaseline(folder: string): Baseline {
  const path = join(folder, BASELINE_FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Baseline) : {};
}

/** One line for each finding, so that a difference between two baselines is one of figures. */
export function writeBaseline(folder: string, baseline: Baseline): void {
  const sections = Object.entries(baseline).map(([name, { findings, ...about }]) => {
    const lines = findings.map((finding) => `\n    ${JSON.stringify(finding)}`).join(",");
    const head = JSON.stringify(about).slice(0, -1);
    return `  ${JSON.stringify(name)}: ${head}, "findings": [${lines}]}`;
  });
  writeFileSync(join(folder, BASELINE_FILE), `{\n${sections.join(",\n")}\n}\n`);
}

/** Writes the charts in place of the `earlier` ones. */
export function writeCharts(
  folder: string,
  drawings: readonly Drawing[],
  earlier: readonly string[] = [],
): void {
  mkdirSync(folder, { recursive: true });
  for (const file of earlier) rmSync(join(folder, file), { force: true });
  for (const { file, svg } of drawings) writeFileSync(join(folder, file), svg);
}

/** Writes all that the section's command printed: larger than what the page says, and not kept with the source. */
export function writeFigures(folder: string, name: string, figures: object): void {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}
