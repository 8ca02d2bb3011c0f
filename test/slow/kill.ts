/*
 * Kills a node at random moments while it publishes and syncs:
 *
 *   npm run build && node --import tsx test/slow/kill.ts [--kills 200] [--lines 200] [--seed 1]
 *
 * Prints one JSON line to stdout, progress to stderr, and exits 1 when anything acknowledged was lost, anything invalid
 * was served, a global time was used twice, or two nodes did not become equal again.
 */
import { parseArgs } from "node:util";
import { type KillReport, killRounds } from "../e2e/kills.ts";
import { Stage } from "../e2e/program.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    lines: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});

const stage = new Stage();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
try {
  const report = await killRounds(stage, {
    kills: Number(values.kills),
    lines: Number(values.lines),
    seed: Number(values.seed),
    progress: (text) =>
      process.stderr.write(`${Math.round(performance.now() / 1_000)} s: ${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = isGood(report) ? 0 : 1;
} finally {
  await stage.clear();
}

function isGood({ lost, timesUsedTwice, syncFailures, refused, servedWhole }: KillReport): boolean {
  const faults = lost + timesUsedTwice + syncFailures + Object.keys(refused).length;
  return faults === 0 && servedWhole;
}
