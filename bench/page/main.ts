import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT } from "../../node/host/errors.ts";
import { SECTIONS } from "../results.ts";
import { measureSection } from "./measure.ts";
import { pageText } from "./page.ts";
import { readRecord, writeRecord } from "./record.ts";
import { settingOf } from "./setting.ts";

/** `npm run results`: measures the sections in their order and writes the page anew after each. */
const PAGE_FILE = "RESULTS.md";
const CHARTS_FOLDER = "results";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    /** Sizes for trying it out. */
    quick: { type: "boolean", default: false },
    out: { type: "string" },
    /** Minutes after which a section is given up. */
    limit: { type: "string", default: "20" },
  },
});
const { only, quick, out = "bench" } = values;
const limitMs = Number(values.limit) * 60_000;
const mistake = mistakeIn();
if (mistake !== undefined) process.stderr.write(`${mistake}\n`);
process.exitCode = mistake === undefined ? await run() : EXIT.usage;

function mistakeIn(): string | undefined {
  const unknown = only.filter((name) => !SECTIONS.some((section) => section.name === name));
  const known = SECTIONS.map(({ name }) => name).join(", ");
  if (unknown.length > 0) return `No section ${unknown.join(", ")}. There are: ${known}.`;
  if (quick && values.out === undefined) return "--quick shows nothing: say --out DIR as well.";
  if (!(limitMs > 0)) return "--limit takes minutes.";
  return undefined;
}

/** 0 when all sections were measured, met or missed; 1 when a command failed. */
async function run(): Promise<number> {
  const folder = join(out, CHARTS_FOLDER);
  let status: number = EXIT.done;
  for (const section of SECTIONS) {
    if (only.length > 0 && !only.includes(section.name)) continue;
    process.stderr.write(`${section.name}\n`);
    try {
      const setting = settingOf(process.cwd(), new Date());
      const words = quick ? section.quick : section.command;
      const { record, drawings } = await measureSection(section, words, setting, limitMs);
      writeRecord(folder, record, drawings);
    } catch (error) {
      process.stderr.write(`${section.name}: ${(error as Error).message}\n`);
      status = EXIT.failed;
    }
    const records = SECTIONS.map((one) => [one, readRecord(folder, one.name)] as const);
    writeFileSync(join(out, PAGE_FILE), pageText(records, CHARTS_FOLDER, quick));
  }
  return status;
}
