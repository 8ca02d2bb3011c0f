import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { REPORT_FILE } from "../report/report.ts";
import { EXIT } from "../../node/host/errors.ts";
import type { Section } from "./section.ts";
import type { Drawing, Record } from "./record.ts";
import type { Setting } from "./setting.ts";

export interface Measurement {
  record: Record;
  drawings: Drawing[];
}

/** Runs the section's own command in a process of its own, whose memory and processor time are then those of this section alone. */
export async function measureSection(
  { name, find }: Section,
  words: readonly string[],
  setting: Setting,
): Promise<Measurement> {
  const out = mkdtempSync(join(tmpdir(), "dispersy-results-"));
  try {
    const startMs = performance.now();
    const printed = await runBench([...words, "--json", "--out", out]);
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const figures = JSON.parse(printed) as object;
    const drawings = drawingsIn(out, name);
    const record = {
      name,
      command: ["dispersy bench", ...words].join(" "),
      ...setting,
      seconds,
      findings: find(figures),
      figures,
      body: bodyOf(readFileSync(join(out, REPORT_FILE), "utf8"), name),
      charts: drawings.map(({ file }) => file),
    };
    return { record, drawings };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** What it prints on stdout; its progress goes to our stderr. A check that failed is a result too. */
function runBench(words: readonly string[]): Promise<string> {
  const ending = extname(import.meta.url);
  const main = fileURLToPath(new URL(`../../node/cli/main${ending}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, "bench", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const isMeasured = code === 0 || code === EXIT.checkFailed;
      if (isMeasured) resolve(Buffer.concat(parts).toString("utf8"));
      else reject(new Error(`dispersy bench ${words[0]} ended with ${code}`));
    });
  });
}

function drawingsIn(folder: string, section: string): Drawing[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".svg"))
    .sort()
    .map((file) => ({
      file: chartFile(section, file),
      svg: readFileSync(join(folder, file), "utf8"),
    }));
}

/** Unique on the whole page. */
function chartFile(section: string, file: string): string {
  return file.startsWith(section) ? file : `${section}-${file}`;
}

/** The report below its head, which the page says itself; headings one level deeper. */
function bodyOf(report: string, section: string): string {
  return report
    .slice(report.indexOf("\n## ") + 1)
    .replaceAll(/^## /gm, "### ")
    .replaceAll(/\]\(([^()\s]+\.svg)\)/g, (_, file: string) => `](${chartFile(section, file)})`)
    .trimEnd();
}
