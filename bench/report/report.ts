import { mkdirSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, platform } from "node:os";
import { join } from "node:path";
import type { Chart, ReportPart, ReportSection, SignatureScheme } from "../experiment.ts";
import { svgOf } from "./chart.ts";
import { markdownTable } from "./markdown.ts";

/** What a reader must know to repeat or to doubt a report. */
export interface Circumstances {
  /** Of the experiment. */
  name: string;
  summary: string;
  /** As typed. */
  commandLine: string;
  seed: number;
  signatures: SignatureScheme;
  date: Date;
  /** Wall-clock time that the run took. */
  seconds: number;
}

export const REPORT_FILE = "report.md";

/** Writes `report.md` and one SVG per chart into `folder`, which is made when absent. Returns the report's path. */
export function writeReport(
  folder: string,
  sections: readonly ReportSection[],
  circumstances: Circumstances,
): string {
  mkdirSync(folder, { recursive: true });
  for (const chart of chartsOf(sections)) {
    writeFileSync(join(folder, `${chart.file}.svg`), svgOf(chart));
  }
  const path = join(folder, REPORT_FILE);
  writeFileSync(path, reportText(sections, circumstances));
  return path;
}

/** The report as Markdown; charts are links to the files beside it. */
export function reportText(
  sections: readonly ReportSection[],
  circumstances: Circumstances,
): string {
  const { name, summary } = circumstances;
  const body = sections.map(({ title, parts }) =>
    [`## ${title}`, ...parts.map(partText)].join("\n\n"),
  );
  return `${[`# bench ${name}`, sentence(summary), about(circumstances), ...body].join("\n\n")}\n`;
}

/** The words and tables alone, for a terminal. */
export function plainText(sections: readonly ReportSection[]): string {
  const blocks = sections.map(({ title, parts }) => {
    const shown = parts.filter(({ kind }) => kind !== "chart").map(partText);
    return [title.toUpperCase(), ...shown].join("\n\n");
  });
  return blocks.join("\n\n");
}

function chartsOf(sections: readonly ReportSection[]): Chart[] {
  return sections.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : [])),
  );
}

function partText(part: ReportPart): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "table":
      return markdownTable(part.table);
    case "chart": {
      const { title, file, caption } = part.chart;
      const image = `![${title}](${file}.svg)`;
      return caption === undefined ? image : `${image}\n\n${caption}`;
    }
  }
}

const SIGNATURE_NOTES: Record<SignatureScheme, string> = {
  Ed25519: "Ed25519, every one checked",
  "memoised Ed25519": "Ed25519, each checked once for all simulated nodes",
  "keyed hash":
    "a keyed hash in place of Ed25519, as long and checked as often; it changes no datagram's size and no " +
    "decision, only the machine's time",
  none: "none",
};

function about({ commandLine, seed, signatures, date, seconds }: Circumstances): string {
  const rows = [
    ["command", `\`${commandLine}\``],
    ["seed", String(seed)],
    ["signatures", SIGNATURE_NOTES[signatures]],
    ["date", date.toISOString().slice(0, 10)],
    [
      "machine",
      `${availableParallelism()} cores, ${platform()} ${arch()}, Node ${process.version}`,
    ],
    ["took", `${Math.round(seconds)} s`],
  ];
  return markdownTable({ columns: [{ title: "" }, { title: "" }], rows });
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
