import { markdownTable } from "../report/markdown.ts";
import type { Section } from "./section.ts";
import { type Finding, findingsTable, isMissed, outcome } from "./finding.ts";
import type { Measured } from "./baseline.ts";

/** Where a section begins. */
const anchor = (name: string): string => `<a id="${name}"></a>`;
const ANCHOR = /^<a id="([^"]+)"><\/a>$/m;
/** Tables with more rows are folded. */
const MAX_OPEN_ROWS = 24;

/** A section of the page: where it is defined, its figures, and its text, which may be of an earlier page. */
export interface Written {
  section: Section;
  measured: Measured;
  text: string;
}

/**
 * The page of results: what was asked and how it ended, then each section. `isQuick`: some sizes are small, for trying
 * it out.
 */
export function pageText(sections: readonly Written[], isQuick: boolean): string {
  const parts = [
    "# Results",
    "Written by `npm run results`, which runs the commands below and writes what they measured; nothing here is " +
      "written by hand. `npm run results -- --only NAME` repeats one section and keeps the others, so each has its " +
      "own date. All figures but times and memory repeat exactly from the seed.",
    ...(isQuick ? ["**Tried out in small sizes: the figures show nothing.**"] : []),
    summary(sections),
    ...sections.map(({ text }) => text),
  ];
  return `${parts.join("\n\n")}\n`;
}

function summary(sections: readonly Written[]): string {
  const asked = sections.flatMap(({ section, measured }) =>
    measured.findings
      .filter(({ target }) => target !== undefined)
      .map((finding): [Section, Finding] => [section, finding]),
  );
  const missed = asked.filter(([, finding]) => isMissed(finding));
  const rows = asked.map(([{ name, title }, finding]) => [
    `[${title}](#${name})`,
    finding.what,
    outcome(finding),
  ]);
  const columns = ["section", "figure", "outcome"].map((title) => ({ title }));
  return [
    `Of ${asked.length} targets, ${asked.length - missed.length} are met and ${missed.length} missed.`,
    markdownTable({ columns, rows }),
  ].join("\n\n");
}

/** A section's part of the page. `chartsAt` is where charts lie, seen from the page. */
export function sectionText(
  { name, title, shows }: Section,
  { date, commit, node, machine, seconds, command, findings }: Measured,
  body: string,
  chartsAt: string,
): string {
  const code =
    commit === null
      ? "unknown"
      : `\`${commit.id}\`${commit.isChanged ? ", with changes not committed" : ""}`;
  const rows = [
    ["command", `\`${command}\``],
    ["date", date],
    ["commit", code],
    ["machine", `${machine}, Node ${node}`],
    ["took", `${seconds} s`],
  ];
  return [
    `${anchor(name)}\n\n## ${title}`,
    shows,
    markdownTable({ columns: [{ title: "" }, { title: "" }], rows }),
    markdownTable(findingsTable(findings)),
    foldLongTables(body.replaceAll(/\]\(([^()\s/]+\.svg)\)/g, `](${chartsAt}/$1)`)),
  ].join("\n\n");
}

/** The texts of the sections on a page, by their names: those that are not measured again stay as they are. */
export function textsOn(page: string): Map<string, string> {
  const parts = page.split(ANCHOR).slice(1);
  const names = parts.filter((_, index) => index % 2 === 0);
  const texts = parts.filter((_, index) => index % 2 === 1);
  return new Map(names.map((name, i) => [name, anchor(name) + texts[i]!.trimEnd()]));
}

function foldLongTables(body: string): string {
  const blocks = body.split("\n\n").map((block) => {
    const rows = block.split("\n").length - 2;
    const isTable = block.startsWith("|");
    if (!isTable || rows <= MAX_OPEN_ROWS) return block;
    return `<details><summary>A table of ${rows} rows</summary>\n\n${block}\n\n</details>`;
  });
  return blocks.join("\n\n");
}
