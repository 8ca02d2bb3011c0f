import { Command, InvalidArgumentError, Option } from "commander";
import { examples, wholeNumber } from "../node/cli/options.ts";
import type { GlobalOptions } from "../node/cli/options.ts";
import { writeJson, writeLine, written } from "../node/cli/output.ts";
import { addSettings } from "../node/cli/settings.ts";
import { table } from "../node/cli/text.ts";
import { prepare } from "../node/cli/usage.ts";
import { EXIT, UserError } from "../node/host/errors.ts";
import type { Experiment, OptionSpec, OptionValue } from "./experiment.ts";
import { PacedProgress } from "./paced-progress.ts";
import { EXPERIMENTS } from "./registry.ts";
import { cannotWrite } from "./report/place.ts";
import { plainText } from "./report/report.ts";
import { runExperiment } from "./run.ts";

/** Options that every experiment has. */
interface Common {
  seed: number;
  profile: "dispersy" | "adaptive";
  out?: string;
}

/** `dispersy bench WORDS`; without words it lists the experiments. */
export async function bench(
  words: readonly string[],
  { json = false, home }: GlobalOptions,
): Promise<void> {
  if (words.length === 0) return list(json);
  const commandLine = ["dispersy bench", ...words, ...(json ? ["--json"] : [])].join(" ");
  const menu = menuOf((experiment, options) =>
    run(experiment, options, { json, commandLine, home }),
  );
  await menu.parseAsync(words, { from: "user" });
}

/** What may stand after `dispersy bench`: `chosen` gets what was typed. */
export function menuOf(
  chosen: (experiment: Experiment, options: Common & Record<string, OptionValue>) => Promise<void>,
): Command {
  const menu = new Command("dispersy bench").description("Measure.").usage("NAME [options]");
  prepare(menu);
  for (const experiment of EXPERIMENTS) {
    const command = declare(menu, experiment);
    command.action((options: Common & Record<string, OptionValue>) => chosen(experiment, options));
    prepare(command);
  }
  return menu.addHelpText("after", examples("dispersy bench spread --nodes 200 --seed 7 --json"));
}

async function list(json: boolean): Promise<void> {
  const rows = EXPERIMENTS.map(({ name, summary }) => ({ name, summary }));
  if (json) {
    for (const row of rows) await writeJson(row);
    return;
  }
  const lines = table(
    ["NAME", "MEASURES"],
    rows.map(({ name, summary }) => [name, summary]),
  );
  return writeLine([...lines, "", "See: dispersy bench NAME --help"].join("\n"));
}

function declare(menu: Command, experiment: Experiment): Command {
  const command = menu.command(experiment.name).description(experiment.summary);
  for (const spec of experiment.options) command.addOption(ownOption(spec));
  command.addOption(
    new Option("--seed <n>", "runs with one seed give one result")
      .argParser(wholeNumber(0))
      .default(1),
  );
  return addSettings(command, "bench")
    .option("--out <dir>", "also write a report with charts into this folder")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      examples(`dispersy bench ${experiment.name} --seed 7 --json --out report`),
    );
}

function ownOption(spec: OptionSpec): Option {
  const isFlag = typeof spec.default === "boolean";
  const placeholder = typeof spec.default === "number" ? "n" : "text";
  const option = new Option(`--${spec.name}${isFlag ? "" : ` <${placeholder}>`}`, spec.summary);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (typeof spec.default === "number") option.argParser((text) => parseNumber(spec, text));
  return option.default(spec.default);
}

function parseNumber({ min = 0, max = Infinity, fraction }: OptionSpec, text: string): number {
  const value = Number(text);
  const isNumber = fraction === true ? /^[0-9]+(\.[0-9]+)?$/.test(text) : /^[0-9]+$/.test(text);
  if (isNumber && value >= min && value <= Math.min(max, Number.MAX_SAFE_INTEGER)) return value;
  const kind = fraction === true ? "number" : "whole number";
  const range = max === Infinity ? `from ${min} on` : `from ${min} to ${max}`;
  throw new InvalidArgumentError(`It must be a ${kind} ${range}.`);
}

async function run(
  experiment: Experiment,
  { out, ...options }: Common & Record<string, OptionValue>,
  { json, commandLine, home }: { json: boolean; commandLine: string; home: string | undefined },
): Promise<void> {
  const progress = new PacedProgress();
  const ports = {
    progress: (text: string): void => progress.show(`${experiment.name}: ${text}`),
    ...(home !== undefined && { home }),
  };
  const place = out === undefined ? {} : { out };
  const request = { experiment, options, ports, commandLine, ...place };
  const { result, writeReport } = await runExperiment(request).finally(() => progress.clear());
  await (json ? writeJson(result.json) : writeLine(plainText(result.report)));
  await written();
  if (writeReport !== undefined) {
    const report = reportOf(writeReport, out!);
    if (!json) await writeLine(`\nThe report with charts: ${report}`);
  }
  if (result.unwritten !== undefined) throw result.unwritten;
  if (result.failure !== undefined) {
    throw new UserError(result.failure, "The figures above say more.", EXIT.checkFailed);
  }
}

function reportOf(write: () => string, out: string): string {
  try {
    return write();
  } catch (error) {
    throw cannotWrite(out, "--out", error);
  }
}
