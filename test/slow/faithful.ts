/*
 * Whether everybody has everything in time, in a large overlay with loss:
 *
 *   node --import tsx test/slow/faithful.ts [--nodes 500] [--bundles 3000] [--writers one|half|all] [--loss 0.1]
 *     [--seed 1] [--profile dispersy|adaptive]
 *
 * Prints one JSON line to stdout, progress to stderr, and exits 1 when anything is missing after 15 virtual minutes.
 */
import { parseArgs } from "node:util";
import { PROFILES } from "../../node/core/profile.ts";
import { runFaithful, WRITERS } from "../sim/faithful-world.ts";

const LIMIT_MS = 15 * 60_000;

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "500" },
    bundles: { type: "string", default: "3000" },
    writers: { type: "string", default: "one" },
    loss: { type: "string", default: "0.1" },
    seed: { type: "string", default: "1" },
    profile: { type: "string", default: "dispersy" },
  },
});
const writers = WRITERS.find((name) => name === values.writers);
const profile = Object.values(PROFILES).find(({ name }) => name === values.profile);
if (writers === undefined || profile === undefined) {
  process.stderr.write(`--writers is ${WRITERS.join(", ")}; --profile is dispersy or adaptive\n`);
  process.exit(2);
}

const run = runFaithful({
  nodes: Number(values.nodes),
  bundles: Number(values.bundles),
  writers,
  loss: Number(values.loss),
  seed: Number(values.seed),
  profile,
  limitMs: LIMIT_MS,
  progress: ({ nowMs, policyMs, share }) => {
    const policy = policyMs === undefined ? "not yet with everybody" : `with all at ${policyMs} ms`;
    process.stderr.write(`${nowMs / 1_000} s: ${(share * 100).toFixed(2)} %, policy ${policy}\n`);
  },
});
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
const { done, nowMs, policyMs, share, delivered } = run;
process.stdout.write(
  `${JSON.stringify({
    ...values,
    done,
    virtualSeconds: nowMs / 1_000,
    policySeconds: policyMs === undefined ? null : policyMs / 1_000,
    share,
    delivered,
    cpuSeconds,
    cpuMicrosPerDelivery: (cpuSeconds * 1e6) / delivered,
  })}\n`,
);
process.exitCode = done ? 0 : 1;
