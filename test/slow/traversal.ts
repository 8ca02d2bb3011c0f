/*
 * How often, and how fast, two nodes that only share trackers open a path, for pairs of NATs that need each strategy:
 *
 *   node --import tsx test/slow/traversal.ts [--runs 100] [--loss 0] [--seed 1]
 *
 * Prints one JSON line per ordered pair. A pair that always has a path, and did not open it once in 100, makes the exit
 * code 1.
 */
import { parseArgs } from "node:util";
import type { NatKind } from "../../node/testing/nat-kinds.ts";
import { Pair } from "../sim/traversal-world.ts";

const PAIRS: [NatKind, NatKind][] = [
  ["apdf", "apdf"],
  ["adf", "rnd"],
  ["apdf", "seq"],
  ["apdf", "blk"],
  ["apdf", "rnd"],
  ["apdf", "adm"],
  ["seq", "seq"],
  ["seq", "blk"],
  ["blk", "blk"],
];
/** Two sides that both search a block find each other only now and then. */
const LEAST_SHARE = (a: NatKind, b: NatKind): number => (a !== "apdf" && b === "blk" ? 0.2 : 0.99);

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    loss: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const [runs, loss, first] = [Number(values.runs), Number(values.loss), Number(values.seed)];

let failed = false;
for (const [a, b] of PAIRS) {
  for (const [one, other] of a === b
    ? [[a, b]]
    : [
        [a, b],
        [b, a],
      ]) {
    failed ||= !measure(one!, other!, LEAST_SHARE(a, b));
  }
}
process.exitCode = failed ? 1 : 0;

function measure(a: NatKind, b: NatKind, least: number): boolean {
  const strategies: Record<string, number> = {};
  const times: number[] = [];
  for (let seed = first; seed < first + runs; seed++) {
    const pair = new Pair(a, b, { seed, loss });
    pair.meet();
    const { opened } = pair;
    if (opened === undefined) continue;
    times.push(Math.round(opened.ms));
    strategies[opened.strategy] = (strategies[opened.strategy] ?? 0) + 1;
  }
  times.sort((x, y) => x - y);
  const at = (share: number): number | undefined => times[Math.floor(share * times.length)];
  const success = times.length / runs;
  console.log(JSON.stringify({ a, b, runs, success, p50Ms: at(0.5), p95Ms: at(0.95), strategies }));
  return success >= least;
}
