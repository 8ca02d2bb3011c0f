import type {
  CommonOptions,
  Experiment,
  OptionSpec,
  OptionValue,
  Ports,
  Result,
} from "./experiment.ts";
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
  /** Path of the report, when one was written. */
  report?: string;
}

/** Runs one experiment and, if asked to, writes its report. */
export async function runExperiment(request: RunRequest): Promise<RunOutcome> {
  const { experiment, options, ports, out, commandLine } = request;
  const date = new Date();
  const started = performance.now();
  const result = await experiment.run({ ...defaults(experiment), ...options }, ports);
  if (out === undefined) return { result };
  const { name, summary, signatures } = experiment;
  const report = writeReport(out, result.report, {
    name,
    summary,
    commandLine,
    seed: options.seed,
    signatures: result.signatures ?? signatures,
    date,
    seconds: (performance.now() - started) / 1_000,
  });
  return { result, report };
}

/** `reply-bytes` is `replyBytes`. */
export function optionKey({ name }: OptionSpec): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function defaults({ options }: Experiment): Record<string, OptionValue> {
  return Object.fromEntries(options.map((spec) => [optionKey(spec), spec.default]));
}
