import type { Baseline } from "./baseline.ts";
import { findingsTable } from "./finding.ts";
import { markdownTable } from "../report/markdown.ts";

/** The answers to the research questions, whose tables are the figures of the page of results. */
export const ANSWERS_FILE = "docs/ANSWERS.md";

/** `figures: SECTION`, or `figures: SECTION | WORDS`: the findings of a section, or those that begin with the words. */
const BLOCK = /<!-- figures: (\S+)(?: \| (.+?))? -->\n[^]*?<!-- \/figures -->/g;

/** The text with each block of figures as last measured, so that no figure in it is older than the page's. */
export function withFigures(text: string, baseline: Baseline): string {
  return text.replaceAll(BLOCK, (_, name: string, beginning?: string) => {
    const head = `figures: ${name}${beginning === undefined ? "" : ` | ${beginning}`}`;
    return `<!-- ${head} -->\n${figuresOf(name, beginning ?? "", baseline)}\n<!-- /figures -->`;
  });
}

/** Sections that the text takes figures of. */
export function sectionsIn(text: string): string[] {
  return [...text.matchAll(BLOCK)].map((match) => match[1]!);
}

function figuresOf(name: string, beginning: string, baseline: Baseline): string {
  const measured = baseline[name];
  if (measured === undefined) return `Not measured yet: \`npm run results -- --only ${name}\`.`;
  const findings = measured.findings.filter(({ what }) => what.startsWith(beginning));
  const link = `From [the page of results](../bench/RESULTS.md#${name}), ${measured.date}: \`${measured.command}\``;
  return `${link}\n\n${markdownTable(findingsTable(findings))}`;
}
