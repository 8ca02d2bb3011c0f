/*
 * Kills a node at random moments while readers follow it:
 *
 *   npm run build && node --import tsx test/slow/reader-kill.ts [--kills 200] [--seed 1]
 *
 * Prints one JSON line to stdout, progress to stderr, and exits 1 when a reader was not given everything, or one that
 * keeps its cursor or lives on was given something twice.
 */
import { parseArgs } from "node:util";
import { Stage } from "../e2e/program.ts";
import { readerKillRounds } from "../e2e/reader-kills.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});

const stage = new Stage();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
try {
  const report = await readerKillRounds(stage, {
    kills: Number(values.kills),
    seed: Number(values.seed),
    progress: (text) =>
      process.stderr.write(`${Math.round(performance.now() / 1_000)} s: ${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.lost + report.twice === 0 ? 0 : 1;
} finally {
  await stage.clear();
}
