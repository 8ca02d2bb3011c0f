import { predictOffers } from "../analysis/offers.ts";
import { mean, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { DISPERSY, type Profile, PROFILES } from "../../node/core/profile.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { cellsOf, cornersOf, GRID, runGrid } from "./grid.ts";
import {
  makeStock,
  type PairRun,
  type Place,
  PLACES,
  replyBytesPerBundle,
  runPair,
  type Stock,
  storeWith,
  without,
} from "./pair.ts";
import { type Reconciled, reconcileReport } from "./reconcile-report.ts";
import { runTwoSides } from "./two-sided.ts";

interface Options {
  bundles: number;
  missing: number;
  where: Place;
  reply: number;
  trials: number;
  grid: boolean;
  corners: boolean;
  twoSided: boolean;
}

/** A payload as long as that of the paper's 256-byte datagrams. */
const PAYLOAD_BYTES = 105;
export const WITHOUT_SKETCHES = "no sketches";
/** Two months: more than any sound run takes. */
const LIMIT_MS = 5e9;

export const reconcile = experiment<Options>({
  name: "reconcile",
  summary:
    "offers and bytes until a node has found what it lacks; --grid: prediction against measurement",
  signatures: "keyed hash",
  options: [
    {
      name: "bundles",
      summary: "bundles that the other side holds",
      default: 10_000,
      min: 1,
      max: 1_000_000,
    },
    {
      name: "missing",
      summary: "how many of them this side lacks",
      default: 100,
      min: 1,
      max: 1_000_000,
    },
    { name: "where", summary: "which ones it lacks", default: "random", choices: PLACES },
    {
      name: "reply",
      summary: "bytes of one answer; 0: the profile's",
      default: 0,
      min: 0,
      max: 1_000_000,
    },
    { name: "trials", summary: "runs, each with other differences", default: 5, min: 1 },
    {
      name: "grid",
      summary: "a table over missing, total, false-positive rate and reply limit",
      default: false,
    },
    {
      name: "corners",
      summary: "of the grid only the corners and the middle: 25 combinations of 81",
      default: false,
    },
    {
      name: "two-sided",
      summary:
        "both sides lack 10, 1,000 and 10,000 in all, a tenth of the bundles at most; beside negentropy where bench/peers is installed",
      default: false,
    },
  ],
  run(options, ports) {
    if (options.grid || options.corners) {
      return runGrid(options, ports, options.corners ? cornersOf(GRID) : cellsOf(GRID));
    }
    return options.twoSided ? runTwoSides(options, ports) : runReconcile(options, ports);
  },
});

function runReconcile(options: Options & CommonOptions, ports: Ports): Result {
  const { seed, bundles, trials, where } = options;
  const missing = Math.min(options.missing, bundles);
  ports.progress(`${bundles} bundles are made`);
  const stock = makeStock(seed, bundles, PAYLOAD_BYTES);
  const results = variantsOf(options).map(([variant, profile]) => {
    const runs = Array.from({ length: trials }, (_, i) => {
      ports.progress(`${variant}: run ${i + 1} of ${trials}`);
      return reconcileOnce(stock, { seed: `${seed}/${i}`, missing, where, profile });
    });
    return summary(variant, runs, { ...options, missing }, profile, stock);
  });
  const { offers, bytes, missingFound } = results[0]!;
  return {
    json: { offers, bytes, missingFound, bundles, missing, where, trials, variants: results },
    report: reconcileReport({ bundles, missing, where, trials }, results),
    ...(missingFound < missing && { failure: `${missing - missingFound} bundles were not found` }),
  };
}

/** The profile asked for, the same without sketches, and the original's two strategies beside it. */
function variantsOf({ profile, reply }: Options & CommonOptions): [string, Profile][] {
  const limit = reply > 0 ? { replyBytes: reply } : {};
  const asked = { ...PROFILES[profile], ...limit };
  const variants: [string, Profile][] = [[profile, asked]];
  if (asked.sketches) variants.push([WITHOUT_SKETCHES, { ...asked, sketches: false }]);
  if (profile !== "dispersy") variants.push(["dispersy", { ...DISPERSY, ...limit }]);
  const inTurn = { ...DISPERSY, ...limit, searches: true };
  return [...variants, ["dispersy, classes in turn", inTurn]];
}

/** One run with differences of its own.. */
export function reconcileOnce(
  stock: Stock,
  how: { seed: string; missing: number; where: Place; profile: Profile },
): PairRun {
  const { seed, missing, where, profile } = how;
  const held = without(stock, missing, where, new SeededRandom(seed, "missing"));
  const full = storeWith(stock.bundles);
  return runPair({ seed, stock, full, held, profile, limitMs: LIMIT_MS });
}

function summary(
  variant: string,
  runs: PairRun[],
  { bundles, missing, where }: Options,
  profile: Profile,
  stock: Stock,
): Reconciled {
  const average = (of: (run: PairRun) => number): number => round(mean(runs.map(of))!, 1);
  const predicted = profile.name === "dispersy" &&
    !profile.searches && {
      ...predictOffers({
        total: bundles,
        missing,
        where,
        falsePositiveRate: profile.falsePositiveRate,
        replyBytes: profile.replyBytes,
        bundleBytes: replyBytesPerBundle(stock),
      }),
    };
  return {
    variant,
    offers: average(({ counts }) => counts.offer.datagrams),
    bytes: average(({ counts }) => counts.offer.bytes + counts.answer.bytes),
    otherBytes: average(({ counts }) => counts.other.bytes),
    bundleBytes: average(({ counts }) => counts.bundles.bytes),
    seconds: average(({ ms }) => ms / 1_000),
    missingFound: Math.min(...runs.map(({ found }) => found)),
    predicted: predicted
      ? { offers: round(predicted.offers, 1), bytes: round(predicted.bytes, 0) }
      : null,
    curve: runs[0]!.curve,
  };
}
