import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { REPORT_FILE } from "../report/report.ts";
import { EXIT } from "../../node/host/errors.ts";
import { atMost } from "./finding.ts";
import { commandLine, type Section } from "./section.ts";
import type { Drawing, Measured } from "./baseline.ts";
import type { Setting } from "./setting.ts";

const MINUTE_MS = 60_000;

export interface Measurement {
  measured: Measured;
  /** What the command printed, and that for the controls. */
  figures: object;
  control: object | undefined;
  /** The report, without its head: Markdown below `##`, with links to the files of the drawings. */
  body: string;
  drawings: Drawing[];
}

/** Words after `dispersy bench`, of a section's command and of that for its controls. */
export interface Words {
  words: readonly string[];
  controlWords: readonly string[] | undefined;
}

/** What a command printed, or the last it told of its progress when its time was over. */
type Ending = { printed: string } | { reached: string };

/**
 * Runs the section's own command in a process of its own, whose memory and processor time are then those of this
 * section alone. A run that takes longer than `limitMs` is ended, and the body says how far it came.
 */
export async function measureSection(
  section: Section,
  { words, controlWords }: Words,
  setting: Setting,
  limitMs: number,
): Promise<Measurement> {
  const out = mkdtempSync(join(tmpdir(), "dispersy-results-"));
  try {
    const startMs = performance.now();
    const ending = await runBench([...words, "--json", "--out", out], limitMs);
    const control = await controlFigures(controlWords, limitMs - (performance.now() - startMs));
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const drawings = drawingsIn(out, section.name);
    const { findings, figures, body } =
      "printed" in ending
        ? finished(section, ending.printed, control, readFileSync(join(out, REPORT_FILE), "utf8"))
        : givenUp(ending.reached, limitMs);
    const charts = drawings.map(({ file }) => file);
    const commands = {
      command: commandLine(words),
      ...(controlWords !== undefined && { controlCommand: commandLine(controlWords) }),
    };
    const beside = section.beside && { beside: versionsOf(section.beside) };
    const measured = { ...commands, ...beside, ...setting, seconds, charts, findings };
    return { measured, figures, control, body, drawings };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** As bench/peers pins them. */
function versionsOf(names: readonly string[]): string[] {
  const { dependencies } = JSON.parse(readFileSync("bench/peers/package.json", "utf8")) as {
    dependencies: Record<string, string>;
  };
  return names.map((name) => `${name} ${dependencies[name]}`);
}

/** Undefined when there is no command for it, or no time is left. */
async function controlFigures(
  words: readonly string[] | undefined,
  leftMs: number,
): Promise<object | undefined> {
  if (words === undefined || leftMs <= 0) return undefined;
  const ending = await runBench([...words, "--json"], leftMs);
  return "printed" in ending ? (JSON.parse(ending.printed) as object) : undefined;
}

type Content = Pick<Measured, "findings"> & Pick<Measurement, "figures" | "body">;

function finished(
  { name, find }: Section,
  printed: string,
  control: object | undefined,
  report: string,
): Content {
  const figures = JSON.parse(printed) as object;
  return { findings: find(figures, control), figures, body: bodyOf(report, name) };
}

function givenUp(reached: string, limitMs: number): Content {
  const limit = limitMs / MINUTE_MS;
  return {
    findings: [{ what: "wall-clock time", unit: "min", measured: null, target: atMost(limit) }],
    figures: {},
    body: `Given up after ${limit} minutes. The last it told: \`${reached}\``,
  };
}

/** A check that failed is a result too. */
function runBench(words: readonly string[], limitMs: number): Promise<Ending> {
  const ending = extname(import.meta.url);
  const main = fileURLToPath(new URL(`../../node/cli/main${ending}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, "bench", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, reached, isOver] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (part: string) => (printed += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    process.stderr.write(part);
    reached = part.trim().split("\n").at(-1)!;
  });
  const timer = setTimeout(() => {
    isOver = true;
    child.kill();
  }, limitMs);
  return new Promise<Ending>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (isOver) resolve({ reached });
      else if (code === EXIT.done || code === EXIT.checkFailed) resolve({ printed });
      else reject(new Error(`dispersy bench ${words[0]} ended with ${code}`));
    });
  }).finally(() => clearTimeout(timer));
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
