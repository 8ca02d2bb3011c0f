import { mean, round } from "../analysis/statistics.ts";
import type { CommonOptions, Ports, Result } from "../experiment.ts";
import { type Profile, PROFILES } from "../../node/core/profile.ts";
import { isInstalled } from "../peers/installed.ts";
import { NEGENTROPY_PACKAGE, type NegentropyFind, negentropyFinds } from "../peers/negentropy.ts";
import { makeStock } from "./pair.ts";
import { type TwoSidedRow, twoSidedReport } from "./two-sided-report.ts";
import {
  itemsOf,
  runTwoSided,
  type TwoSided,
  twoSided,
  type TwoSidedRun,
} from "./two-sided-world.ts";

export interface TwoSidedOptions extends CommonOptions {
  bundles: number;
  trials: number;
}

/** A payload as long as that of the paper's 256-byte datagrams. */
const PAYLOAD_BYTES = 105;
/** As far as they are a tenth of the bundles at most. */
const DIFFERENCES = [10, 1_000, 10_000] as const;
/** The least limit that negentropy takes, and none. */
const FRAME_BYTES = [4_096, 0] as const;
/** One way; negentropy's messages follow each other. */
const LATENCY_MS = 25;

/** Both sides lack bundles, as many each, so that their counts say nothing; negentropy beside them on the same sets. */
export async function runTwoSides(options: TwoSidedOptions, ports: Ports): Promise<Result> {
  const { seed, bundles, trials, profile } = options;
  ports.progress(`${bundles} bundles are made`);
  const stock = makeStock(seed, bundles, PAYLOAD_BYTES);
  const sides = sidesOf(PROFILES[profile]);
  const rows: TwoSidedRow[] = [];
  let unfinished = 0;
  for (const differences of DIFFERENCES) {
    if (differences > bundles / 10) continue;
    const runs = sides.map((): TwoSidedRun[] => []);
    const finds = FRAME_BYTES.map((): NegentropyFind[] => []);
    for (let trial = 0; trial < trials; trial++) {
      const sets = twoSided(stock, differences, `${seed}/${trial}`);
      for (const [i, { side, profile: rules }] of sides.entries()) {
        ports.progress(`${differences} differences, run ${trial + 1} of ${trials}: ${side}`);
        const run = runTwoSided(sets, `${seed}/${trial}`, rules);
        if (!run.done) unfinished++;
        runs[i]!.push(run);
      }
      ports.progress(`${differences} differences, run ${trial + 1} of ${trials}: negentropy`);
      const found = await negentropyOf(sets);
      found.forEach((find, i) => finds[i]!.push(find));
    }
    rows.push(...sides.map(({ side }, i) => ours(side, differences, runs[i]!)));
    rows.push(...finds.flatMap((of, i) => theirs(FRAME_BYTES[i]!, differences, of)));
  }
  return {
    json: { bundles, trials, profile, twoSided: rows },
    report: twoSidedReport({ bundles, trials }, rows),
    ...(unfinished > 0 && { failure: `${unfinished} runs did not end with equal sets` }),
  };
}

function sidesOf(profile: Profile): { side: TwoSidedRow["side"]; profile: Profile }[] {
  if (!profile.sketches) return [{ side: "ours", profile }];
  const without = { ...profile, sketches: false };
  return [
    { side: "ours", profile },
    { side: "ours, no sketches", profile: without },
  ];
}

/** Empty where it is not installed. Throws when it found something else than there is. */
async function negentropyOf(sets: TwoSided): Promise<NegentropyFind[]> {
  if (!isInstalled(NEGENTROPY_PACKAGE)) return [];
  const finds = await negentropyFinds(itemsOf(sets), FRAME_BYTES);
  for (const { have, need } of finds) {
    if (have + need === sets.differences) continue;
    throw new Error(`negentropy found ${have + need} differences of ${sets.differences}`);
  }
  return finds;
}

function ours(
  side: TwoSidedRow["side"],
  differences: number,
  runs: readonly TwoSidedRun[],
): TwoSidedRow {
  const of = (key: keyof TwoSidedRun): number =>
    round(mean(runs.map((run) => Number(run[key])))!, 1);
  return {
    side,
    differences,
    frameBytes: null,
    messages: of("messages"),
    roundTrips: of("offers"),
    bytes: of("bytes"),
    largest: of("largest"),
    virtualMs: of("ms"),
    cpuSeconds: round(mean(runs.map(({ cpuSeconds }) => cpuSeconds))!, 3),
  };
}

function theirs(
  frameBytes: number,
  differences: number,
  finds: readonly NegentropyFind[],
): TwoSidedRow[] {
  if (finds.length === 0) return [];
  const of = (key: keyof NegentropyFind): number => round(mean(finds.map((find) => find[key]))!, 1);
  return [
    {
      side: "negentropy",
      differences,
      frameBytes,
      messages: of("messages"),
      roundTrips: of("messages") / 2,
      bytes: of("bytes"),
      largest: of("largest"),
      virtualMs: of("messages") * LATENCY_MS,
      cpuSeconds: round(mean(finds.map(({ cpuSeconds }) => cpuSeconds))!, 3),
    },
  ];
}
