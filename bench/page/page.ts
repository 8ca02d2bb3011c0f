import { markdownTable } from "../report/markdown.ts";
import type { Section } from "./section.ts";
import { type Finding, findingsTable, isMissed, outcome } from "./finding.ts";
import type { Record } from "./record.ts";

/** Tables with more rows are folded. */
const MAX_OPEN_ROWS = 24;

/** The page of results: what was asked and how it ended, then each section. `chartsAt` is where charts lie, seen from the page; `isQuick`: some sizes are small, for trying it out. */
export function pageText(
  sections: readonly (readonly [Section, Record | undefined])[],
  chartsAt: string,
  isQuick: boolean,
): string {
  const measured = sections.flatMap(([section, record]) =>
    record === undefined ? [] : [{ section, record }],
  );
  const parts = [
    "# Results",
    "Written by `npm run results`, which runs the commands below and writes what they measured; nothing here is written by hand. " +
      "`npm run results -- --only NAME` repeats one section and keeps the others, so each has its own date. " +
      "All figures but times and memory repeat exactly from the seed.",
    ...(isQuick ? ["**Tried out in small sizes: the figures show nothing.**"] : []),
    summary(measured),
    ...measured.map(({ section, record }) => sectionText(section, record, chartsAt)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function summary(measured: readonly { section: Section; record: Record }[]): string {
  const asked = measured.flatMap(({ section, record }) =>
    record.findings
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

function sectionText({ name, title, shows }: Section, record: Record, chartsAt: string): string {
  const { date, commit, node, machine, seconds, command, findings, body } = record;
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
    `<a id="${name}"></a>\n\n## ${title}`,
    shows,
    markdownTable({ columns: [{ title: "" }, { title: "" }], rows }),
    markdownTable(findingsTable(findings)),
    foldLongTables(body.replaceAll(/\]\(([^()\s/]+\.svg)\)/g, `](${chartsAt}/$1)`)),
  ].join("\n\n");
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
