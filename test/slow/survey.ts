/*
 * How often a survey of every kind of NAT is right, at a loss of 5 % each way:
 *
 *   node --import tsx test/slow/survey.ts [--runs 100] [--loss 0.05] [--seed 1]
 *
 * Prints one JSON line per kind, and exits 1 when one was right in less than 99 of 100 runs.
 */
import { parseArgs } from "node:util";
import { EVERY_KIND, runSurvey, verdictOn } from "../sim/survey-world.ts";

const LEAST_SHARE = 0.99;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    loss: { type: "string", default: "0.05" },
    seed: { type: "string", default: "1" },
  },
});
const runs = Number(values.runs);
let failed = false;
for (const kind of EVERY_KIND) {
  const verdicts: Record<string, number> = {};
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const seed = `${values.seed}/${kind}/${run}`;
    const { report, ms } = runSurvey({ kind, seed, loss: Number(values.loss) });
    const verdict = verdictOn(kind, report);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    times.push(ms);
  }
  times.sort((a, b) => a - b);
  const p50Ms = times[Math.floor(runs / 2)];
  const maxMs = times.at(-1);
  console.log(JSON.stringify({ kind, runs, verdicts, p50Ms, maxMs }));
  failed ||= (verdicts["right"] ?? 0) < LEAST_SHARE * runs;
}
process.exitCode = failed ? 1 : 0;
