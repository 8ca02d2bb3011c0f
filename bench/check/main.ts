import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EXIT } from "../../node/host/errors.ts";
import { EXPERIMENTS } from "../registry.ts";
import { runExperiment } from "../run.ts";
import {
  BASELINE_SEEDS,
  CHECK_SEED,
  type CountedBaseline,
  keep,
  regressions,
  TOLERANCE,
} from "./compare.ts";
import { COUNTED, type Counted, type Figure } from "./counted.ts";

/**
 * `npm run bench:check`: runs what is quick and counted, and ends with 5 when a figure is worse than the baseline
 * allows. `-- --write` writes that baseline, after a change that was meant to move figures.
 */
const BASELINE = fileURLToPath(new URL("../results/counted.json", import.meta.url));

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
process.exitCode = values.write ? await write() : await check();

async function check(): Promise<number> {
  const baseline = JSON.parse(readFileSync(BASELINE, "utf8")) as CountedBaseline;
  let figureCount = 0;
  const lines: string[] = [];
  for (const counted of COUNTED) {
    const figures = await measure(counted, CHECK_SEED);
    figureCount += figures.length;
    lines.push(...regressions(counted.name, figures, baseline[counted.name]));
  }
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (lines.length > 0) return EXIT.checkFailed;
  process.stdout.write(
    `${figureCount} figures, none more than ${TOLERANCE * 100} % worse than the baseline\n`,
  );
  return EXIT.done;
}

async function write(): Promise<number> {
  const baseline: CountedBaseline = {};
  for (const counted of COUNTED) {
    const bySeed: Figure[][] = [];
    for (let i = 0; i < BASELINE_SEEDS; i++) bySeed.push(await measure(counted, CHECK_SEED + i));
    baseline[counted.name] = keep(bySeed);
  }
  writeFileSync(BASELINE, `${JSON.stringify(baseline, null, 1)}\n`);
  return EXIT.done;
}

async function measure({ name, experiment, options, figures }: Counted, seed: number) {
  process.stderr.write(`${name}, seed ${seed}\n`);
  const { result } = await runExperiment({
    experiment: EXPERIMENTS.find((one) => one.name === experiment)!,
    options: { ...options, seed },
    ports: { progress: () => {} },
    commandLine: `dispersy bench ${experiment}`,
  });
  return figures(result.json);
}
