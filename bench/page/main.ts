import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT } from "../../node/host/errors.ts";
import { SECTIONS } from "../results.ts";
import { requireFile } from "../report/place.ts";
import { ANSWERS_FILE, withFigures } from "./answers.ts";
import { agesOf, staleLines } from "./age.ts";
import { measureSection, type Measurement } from "./measure.ts";
import {
  type Baseline,
  readBaseline,
  writeBaseline,
  writeCharts,
  writeFigures,
} from "./baseline.ts";
import { pageText, sectionText, textsOn, wordedAnew } from "./page.ts";
import type { Section } from "./section.ts";
import { settingOf } from "./setting.ts";

/** `npm run results`: measures the sections in their order and writes the page anew after each. */
const PAGE_FILE = "RESULTS.md";
const CHARTS_FOLDER = "results";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    /** Sizes for trying it out. */
    quick: { type: "boolean", default: false },
    /** Measures nothing, and lists what is older than the engine. */
    stale: { type: "boolean", default: false },
    /** Measures nothing, and words the figures that are there as they are worded now. */
    words: { type: "boolean", default: false },
    out: { type: "string" },
    /** Minutes after which a section is given up. */
    limit: { type: "string", default: "20" },
  },
});
const { only, quick, stale, out = "bench" } = values;
const limitMs = Number(values.limit) * 60_000;
const mistake = mistakeIn();
if (mistake !== undefined) process.stderr.write(`${mistake}\n`);
process.exitCode = mistake !== undefined ? EXIT.usage : await act();

async function act(): Promise<number> {
  if (stale) return listStale();
  if (!values.words) return run();
  writePage(readBaseline(join(out, CHARTS_FOLDER)), textsOfPage());
  return EXIT.done;
}

function mistakeIn(): string | undefined {
  const unknown = only.filter((name) => !SECTIONS.some((section) => section.name === name));
  const known = SECTIONS.map(({ name }) => name).join(", ");
  if (unknown.length > 0) return `No section ${unknown.join(", ")}. There are: ${known}.`;
  if (quick && values.out === undefined) return "--quick shows nothing: say --out DIR as well.";
  if (!(limitMs > 0)) return "--limit takes minutes.";
  return undefined;
}

function listStale(): number {
  const ages = agesOf(readBaseline(join(out, CHARTS_FOLDER)), process.cwd());
  const lines = staleLines(ages);
  const words = `${lines.length} of ${ages.length} sections are older than the engine, or may be`;
  process.stdout.write([...lines, words, ""].join("\n"));
  return EXIT.done;
}

/** 0 when all sections were measured, met or missed; 1 when a command failed. */
async function run(): Promise<number> {
  let status: number = EXIT.done;
  try {
    requireFile(join(out, PAGE_FILE), "--out");
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return EXIT.failed;
  }
  for (const section of SECTIONS) {
    if (only.length > 0 && !only.includes(section.name)) continue;
    process.stderr.write(`${section.name}\n`);
    try {
      const setting = settingOf(process.cwd(), new Date());
      const words = quick
        ? { words: section.quick, controlWords: section.quickControl }
        : { words: section.command, controlWords: section.controlCommand };
      const measurement = await measureSection(section, words, setting, limitMs);
      try {
        write(section, measurement);
      } catch (error) {
        // What took so long to measure is not lost with the place that was to hold it.
        process.stdout.write(`${JSON.stringify(measurement.figures)}\n`);
        throw error;
      }
    } catch (error) {
      process.stderr.write(`${section.name}: ${(error as Error).message}\n`);
      status = EXIT.failed;
    }
  }
  return status;
}

/** Writes one section anew: its charts, its part of the page, and its figures. */
function write(one: Section, { measured, figures, control, body, drawings }: Measurement): void {
  const folder = join(out, CHARTS_FOLDER);
  const baseline = readBaseline(folder);
  writeCharts(folder, drawings, baseline[one.name]?.charts);
  writeFigures(folder, one.name, figures);
  if (control !== undefined) writeFigures(folder, `${one.name}-control`, control);
  baseline[one.name] = measured;
  writeBaseline(folder, baseline);
  const texts = textsOfPage();
  texts.set(one.name, sectionText(one, measured, body, CHARTS_FOLDER));
  writePage(baseline, texts);
}

function textsOfPage(): Map<string, string> {
  const page = join(out, PAGE_FILE);
  return textsOn(existsSync(page) ? readFileSync(page, "utf8") : "");
}

/** The whole page, all of it in today's words. */
function writePage(baseline: Baseline, texts: ReadonlyMap<string, string>): void {
  const written = SECTIONS.flatMap((section) => {
    const [text, measured] = [texts.get(section.name), baseline[section.name]];
    if (text === undefined || measured === undefined) return [];
    return [{ section, measured, text: wordedAnew({ section, measured, text }) }];
  });
  const about = { ages: agesOf(baseline, process.cwd()), isQuick: quick };
  writeFileSync(join(out, PAGE_FILE), pageText(written, about));
  // Figures of a page elsewhere are for trying it out.
  if (values.out !== undefined) return;
  writeFileSync(ANSWERS_FILE, withFigures(readFileSync(ANSWERS_FILE, "utf8"), baseline));
}
