/*
 * Feeds very many mutated datagrams to a node and to a tracker:
 *
 *   node --expose-gc --import tsx test/slow/mutations.ts [COUNT] [SEED]
 *
 * Prints one JSON line to stdout, progress to stderr, and exits 1 when an input threw, vanished uncounted, broke a rule
 * of the protocol's safety, moved the clock or made memory grow.
 */
import { Campaign } from "../hostile/campaign.ts";
import { record } from "../hostile/recording.ts";

const DEFAULT_COUNT = 1_000_000;
const PARTS = 20;
/** By then every bounded collection is as full as this rate of datagrams fills it: two lifetimes of a token. */
const WARM_UP_PARTS = 6;
const MIB = 1024 * 1024;
const MAX_GROWTH_MIB = 16;
const MAX_VIOLATIONS_SHOWN = 20;

function heapMib(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed / MIB;
}

function attack(role: "node" | "tracker", count: number, seed: number) {
  const campaign = new Campaign(role, seed, record(seed));
  let warmMib = 0;
  for (let part = 1; part <= PARTS; part++) {
    const share = Math.floor((count * part) / PARTS) - Math.floor((count * (part - 1)) / PARTS);
    campaign.run(share);
    process.stderr.write(`\r${role}: ${part} of ${PARTS}, ${heapMib().toFixed(1)} MiB  `);
    if (part === WARM_UP_PARTS) warmMib = heapMib();
  }
  process.stderr.write("\n");
  const growthMib = Number((heapMib() - warmMib).toFixed(1));
  const { violations, ...verdict } = campaign.verdict();
  for (const violation of violations.slice(0, MAX_VIOLATIONS_SHOWN)) {
    process.stderr.write(`${violation}\n`);
  }
  const isSound =
    verdict.inputs === count &&
    verdict.uncounted === 0 &&
    violations.length === 0 &&
    verdict.globalTime <= campaign.highestTime &&
    growthMib < MAX_GROWTH_MIB;
  return { isSound, ...verdict, violations: violations.length, growthMib };
}

const [count = DEFAULT_COUNT, seed = 1] = process.argv.slice(2, 4).map(Number);
const [node, tracker] = [attack("node", count, seed), attack("tracker", count, seed)];
process.stdout.write(
  `${JSON.stringify({ version: process.version, count, seed, node, tracker })}\n`,
);
if (!node.isSound || !tracker.isSound) process.exitCode = 1;
