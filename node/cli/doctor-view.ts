import type { Diagnosis } from "../host/doctor/examine.ts";
import { typed } from "./command-name.ts";
import { heading } from "./output.ts";
import { escapeControls } from "./text.ts";

/** What `doctor --json` prints, one object per check. */
export interface DiagnosisJson {
  check: string;
  level: "ok" | "warning" | "problem";
  /** What was found; stays the same when the text changes. */
  code: string;
  text: string;
  /** What to do; null where all is well. */
  next: string | null;
}

const LEVEL_COLUMNS = 9;
const CHECK_COLUMNS = 13;

export function diagnosisJson({ check, level, code, text, next }: Diagnosis): DiagnosisJson {
  return { check, level, code, text: typed(text), next: next === undefined ? null : typed(next) };
}

/** One line, which is broken under its own beginning where a terminal is `width` columns wide. */
export function diagnosisLine({ check, level, text, next }: Diagnosis, width: number): string {
  const label = level === "ok" ? "ok" : heading(level);
  const head = label + " ".repeat(LEVEL_COLUMNS - level.length) + check.padEnd(CHECK_COLUMNS);
  const indent = LEVEL_COLUMNS + CHECK_COLUMNS;
  const said = escapeControls(typed(next === undefined ? text : `${text}. ${next}`));
  return head + wrap(said, width - indent).join(`\n${" ".repeat(indent)}`);
}

/** A word that is longer than a line stays whole, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
