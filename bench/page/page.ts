import { markdownTable } from "../report/markdown.ts";
import { type Age, ageWords } from "./age.ts";
import { commandLine, type Section } from "./section.ts";
import {
  type Finding,
  findingsTable,
  isLimit,
  isMissed,
  isTarget,
  outcome,
  whyLimit,
} from "./finding.ts";
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
export function pageText(
  sections: readonly Written[],
  { ages, isQuick }: { ages: readonly Age[]; isQuick: boolean },
): string {
  const parts = [
    "# Results",
    "Written by `npm run results`, which runs the commands below and writes what they measured; nothing here is " +
      "written by hand. `npm run results -- --only NAME` repeats one section and keeps the others, so each has its " +
      "own date and commit. All figures but times and memory repeat exactly from the seed.",
    ...(isQuick ? ["**Tried out in small sizes: the figures show nothing.**"] : []),
    ageWords(ages),
    summary(sections),
    ...sections.map(({ text }) => text),
  ];
  return `${parts.join("\n\n")}\n`;
}

type Asked = [Section, Finding];

/** Targets, each of which fails without its mechanism; then limits, for which nothing shows that. */
function summary(sections: readonly Written[]): string {
  const all = sections.flatMap(({ section, measured }) =>
    measured.findings.map((finding): Asked => [section, finding]),
  );
  const targets = all.filter(([, finding]) => isTarget(finding));
  const limits = all.filter(([, finding]) => isLimit(finding));
  const missed = limits.filter(([, finding]) => isMissed(finding));
  const listed = (of: readonly Asked[]): string => outcomes(of, ["why no target", whyLimit]);
  const folded = `<details><summary>All limits</summary>\n\n${listed(limits)}\n\n</details>`;
  return [
    `Of ${targets.length} targets, ${metAndMissed(targets)}. Each of them fails when what is behind it is switched ` +
      "off: the column `control` of its section says what was, and what was measured then.",
    outcomes(targets),
    `Besides, of ${limits.length} limits, ${metAndMissed(limits)}. They are no targets, as nothing shows that they ` +
      `would fail without what is behind them${reasons(limits)}.`,
    ...(missed.length === 0 ? [] : ["The limits that were missed:", listed(missed)]),
    ...(limits.length === 0 ? [] : [folded]),
  ].join("\n\n");
}

function metAndMissed(asked: readonly Asked[]): string {
  const missed = asked.filter(([, finding]) => isMissed(finding)).length;
  return `${asked.length - missed} are met and ${missed} missed`;
}

/** `: not shown yet (12), its control meets it too (3)`, the commonest first. */
function reasons(limits: readonly Asked[]): string {
  const counts = new Map<string, number>();
  for (const [, finding] of limits) {
    counts.set(whyLimit(finding), (counts.get(whyLimit(finding)) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return sorted.length === 0
    ? ""
    : `: ${sorted.map(([why, count]) => `${why} (${count})`).join("; ")}`;
}

function outcomes(
  asked: readonly Asked[],
  ...more: readonly [string, (finding: Finding) => string][]
): string {
  const columns = ["section", "figure", "outcome", ...more.map(([title]) => title)];
  const rows = asked.map(([{ name, title }, finding]) => [
    `[${title}](#${name})`,
    finding.what,
    outcome(finding),
    ...more.map(([, words]) => words(finding)),
  ]);
  return markdownTable({ columns: columns.map((title) => ({ title })), rows });
}

/** A section's part of the page. `chartsAt` is where charts lie, seen from the page. */
export function sectionText(
  section: Section,
  measured: Measured,
  body: string,
  chartsAt: string,
): string {
  const linked = body.replaceAll(/\]\(([^()\s/]+\.svg)\)/g, `](${chartsAt}/$1)`);
  return `${headOf(section, measured)}\n\n${foldLongTables(linked)}`;
}

/** What stands above that which the command reported. */
function headOf(
  { name, title, shows }: Section,
  { date, commit, node, machine, seconds, command, controlCommand, beside, findings }: Measured,
): string {
  const code =
    commit === null
      ? "unknown"
      : `\`${commit.id}\`${commit.isChanged ? ", with changes not committed" : ""}`;
  const rows = [
    ["command", `\`${command}\``],
    ...(controlCommand === undefined ? [] : [["control", `\`${controlCommand}\``]]),
    ["date", date],
    ["commit", code],
    ...(beside === undefined ? [] : [["beside", beside.join(", ")]]),
    ["machine", `${machine}, Node ${node}`],
    ["took", `${seconds} s`],
  ];
  return [
    `${anchor(name)}\n\n## ${title}`,
    shows,
    markdownTable({ columns: [{ title: "" }, { title: "" }], rows }),
    markdownTable(findingsTable(findings)),
  ].join("\n\n");
}

/**
 * A section that is not measured again, with its head in today's words. What the command reported stays as it was, and
 * so does all of a section whose command has changed since: today's words are of another measurement.
 */
export function wordedAnew({ section, measured, text }: Written): string {
  if (measured.command !== commandLine(section.command)) return text;
  const blocks = text.split("\n\n");
  const settings = blocks.findIndex((block) => block.startsWith("|"));
  const body = blocks.slice(settings + 2);
  return [headOf(section, measured), ...body].join("\n\n");
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
