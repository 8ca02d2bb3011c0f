/*
 * An empty node joins a node that holds many bundles, in both profiles:
 *
 *   node --import tsx test/slow/joiner.ts [--bundles 50000] [--seed 1]
 *
 * Prints one JSON line per profile to stdout, progress to stderr, and exits 1 when a bundle was refused for its global
 * time, or too many are missing in the end.
 */
import { parseArgs } from "node:util";
import { PROFILES } from "../../node/core/profile.ts";
import { runJoiner } from "../sim/joiner-world.ts";

const LIMIT_MS = 15 * 60_000;
/** Share that each profile has to reach: the last ones of the faithful one hide behind false positives. */
const LEAST_SHARE = { dispersy: 0.99, adaptive: 1 } as const;

const { values } = parseArgs({
  options: {
    bundles: { type: "string", default: "50000" },
    seed: { type: "string", default: "1" },
  },
});
const bundles = Number(values.bundles);
for (const profile of Object.values(PROFILES)) {
  const run = runJoiner({
    bundles,
    profile,
    seed: Number(values.seed),
    limitMs: LIMIT_MS,
    progress: (joinMs, held) =>
      process.stderr.write(`${profile.name}: ${held} after ${joinMs / 1_000} s\n`),
  });
  const isGood = run.aboveBound === 0 && run.held >= LEAST_SHARE[profile.name] * (bundles + 1);
  if (!isGood) process.exitCode = 1;
  process.stdout.write(`${JSON.stringify({ profile: profile.name, bundles, ...run })}\n`);
}
