import type {
  CommonOptions,
  Experiment,
  OptionSpec,
  OptionValue,
  Ports,
  Result,
} from "./experiment.ts";
import { requireFolder } from "./report/place.ts";
import { writeReport } from "./report/report.ts";

export interface RunRequest {
  experiment: Experiment;
  /** Own options by their names in camel case; what is absent takes its default. */
  options: Record<string, OptionValue> & CommonOptions;
  ports: Ports;
  /** Folder for the report; none is written when left out. */
  out?: string;
  /** As typed. */
  commandLine: string;
}

export interface RunOutcome {
  result: Result;
  /** Writes the report that was asked for, and says where it is. Throws the system's error. */
  writeReport?: () => string;
}

/**
 * Runs one experiment. Where its report cannot be written, that is said before: a UserError. Whoever calls prints the
 * result first and writes the report then, so that a disk that became full loses no figure.
 */
export async function runExperiment(request: RunRequest): Promise<RunOutcome> {
  const { experiment, options, ports, out, commandLine } = request;
  if (out !== undefined) requireFolder(out);
  const date = new Date();
  const started = performance.now();
  const result = await experiment.run({ ...defaults(experiment), ...options }, ports);
  if (out === undefined) return { result };
  const { name, summary, signatures } = experiment;
  const circumstances = {
    name,
    summary,
    commandLine,
    seed: options.seed,
    signatures: result.signatures ?? signatures,
    date,
    seconds: (performance.now() - started) / 1_000,
  };
  return { result, writeReport: () => writeReport(out, result.report, circumstances) };
}

/** `reply-bytes` is `replyBytes`. */
export function optionKey({ name }: OptionSpec): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function defaults({ options }: Experiment): Record<string, OptionValue> {
  return Object.fromEntries(options.map((spec) => [optionKey(spec), spec.default]));
}
