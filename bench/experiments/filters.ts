import { falsePositive, filterModel } from "../analysis/filter.ts";
import { mean, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { ADAPTIVE, DISPERSY, type Profile } from "../../node/core/profile.ts";
import { type Held, heldOf } from "../../node/sets/held.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { encodedBytes } from "../../wire/encode.ts";
import { DEFAULT_DATAGRAM_BYTES, SALT_BYTES } from "../../wire/limits.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import { filterBytes } from "../../wire/sizes.ts";
import {
  type FilterRow,
  filtersReport,
  type FixedRow,
  type RateRow,
  roundTripSeconds,
} from "./filters-report.ts";
import { bloom, fixed, golombSet, ids, measuredRate, type OneWay, sweep } from "./one-way.ts";
import { makeStock, replyBytesPerBundle, runPair, type Stock, storeWith, without } from "./pair.ts";

interface Options {
  bundles: number;
  missing: number;
  trials: number;
}

const PAYLOAD_BYTES = 105;
/** Virtual: more than any sound run takes. */
const LIMIT_MS = 5e9;
/** One filter for everything that has not found it by then is said to find it not. */
const MAX_FIXED_OFFERS = 300;
/** Of a request of usual size. */
const ROOM = filterBytes(DEFAULT_DATAGRAM_BYTES - SEALING_BYTES);
const RATES = [0.001, 0.01, 0.05, 0.1, 0.2, 0.3];
/** Of what one filter of a datagram is made for: from half of it to ten times as much. */
const FIXED_LOADS = [0.5, 1, 2, 4, 10];
/** How many are missing where the question is how a single filter, or a rate, finds them. */
const FEW = 10;
/** So many absent bundles are asked for, to measure a rate of false positives. */
const PROBES = 20_000;

export const filters = experiment<Options>({
  name: "filters",
  summary: "one difference found without filters, by several kinds of them, and by sketches",
  signatures: "keyed hash",
  options: [
    {
      name: "bundles",
      summary: "bundles that the other side holds",
      default: 10_000,
      min: 10,
      max: 200_000,
    },
    { name: "missing", summary: "how many of them this side lacks", default: 100, min: 1 },
    { name: "trials", summary: "runs, each with other differences", default: 5, min: 1 },
  ],
  run(options, ports): Result {
    const { bundles, trials } = options;
    const missing = Math.min(options.missing, bundles);
    ports.progress(`${bundles} bundles are made`);
    const stock = makeStock(options.seed, bundles, PAYLOAD_BYTES);
    const world = { ...options, missing, stock };
    const ways = compareWays(world, ports);
    const rates = RATES.map((rate) => atRate(world, rate, ports));
    const loads = FIXED_LOADS.map((load) => fixedAt(world, load, ports));
    return {
      json: { bundles, missing, trials, ways, rates, fixed: loads },
      report: filtersReport({ bundles, missing, trials, few: FEW }, ways, rates, loads),
    };
  },
});

interface World extends Options, CommonOptions {
  stock: Stock;
}

function compareWays(world: World, ports: Ports): FilterRow[] {
  const engines: [string, Profile][] = [
    ["engine: Bloom filter, 1 %, classes in turn", { ...DISPERSY, searches: true }],
    ["engine: the original's rules", DISPERSY],
    ["engine: sketch", ADAPTIVE],
  ];
  const loops = [
    ids(ROOM),
    bloom(ROOM, 0.01),
    bloom(ROOM, 0.3),
    golombSet(ROOM, 0.01),
    golombSet(ROOM, 0.3),
    fixed(ROOM, 0.01),
  ];
  return [
    everything(world),
    ...loops.map((way) => swept(world, way, ports)),
    ...engines.map(([name, profile]) => byEngine(world, name, profile, ports)),
  ];
}

/** No offer at all: the other side sends all that it holds. */
function everything({ stock, missing }: World): FilterRow {
  const bytesOf = (bundle: Bundle): number =>
    encodedBytes({ kind: "bundles", identifier: new Uint8Array(8), bundles: [bundle] });
  const bytes = stock.bundles.reduce((sum, bundle) => sum + bytesOf(bundle) + SEALING_BYTES, 0);
  const wasted = (bytes * (stock.bundles.length - missing)) / stock.bundles.length;
  return row("everything is sent", { offers: 1, bytes: wasted, found: missing }, missing);
}

function swept(world: World, way: OneWay, ports: Ports): FilterRow {
  const runs = Array.from({ length: world.trials }, (_, trial) => {
    ports.progress(`${way.name}: run ${trial + 1} of ${world.trials}`);
    return sweepOnce(world, way, `${world.seed}/${trial}`);
  });
  return row(way.name, averaged(runs), world.missing);
}

function sweepOnce(world: World, way: OneWay, seed: string, missing = world.missing) {
  const { held, lacked } = difference(world.stock, missing, seed);
  const perAnswer = Math.ceil(DISPERSY.replyBytes / replyBytesPerBundle(world.stock));
  const random = new SeededRandom(seed, `sweep/${way.name}`);
  const maxOffers = way.capacity === Infinity ? MAX_FIXED_OFFERS : Infinity;
  return sweep(way, held, lacked, { perAnswer, maxOffers, random });
}

function difference(stock: Stock, missing: number, seed: string) {
  const kept = without(stock, missing, "random", new SeededRandom(seed, "missing"));
  const isKept = new Set(kept);
  const lacked = stock.bundles.filter((bundle) => !isKept.has(bundle));
  return { kept, held: kept.map(place), lacked: lacked.map(place) };
}

const place = ({ header, id }: Bundle): Held => heldOf(header.globalTime, id);

function byEngine(world: World, name: string, profile: Profile, ports: Ports): FilterRow {
  const runs = Array.from({ length: world.trials }, (_, trial) => {
    ports.progress(`${name}: run ${trial + 1} of ${world.trials}`);
    return engineOnce(world, profile, `${world.seed}/${trial}`, world.missing);
  });
  return row(name, averaged(runs), world.missing);
}

function engineOnce({ stock }: World, profile: Profile, seed: string, missing: number) {
  const { kept } = difference(stock, missing, seed);
  const full = storeWith(stock.bundles);
  const run = runPair({ seed, stock, full, held: kept, profile, limitMs: LIMIT_MS });
  const { offer, answer } = run.counts;
  return { offers: offer.datagrams, bytes: offer.bytes + answer.bytes, found: run.found };
}

type Found = Pick<FilterRow, "offers" | "bytes" | "found">;

function averaged(runs: readonly Found[]): Found {
  const [offers, bytes] = [runs.map((run) => run.offers), runs.map((run) => run.bytes)];
  const found = Math.min(...runs.map((run) => run.found));
  return { offers: mean(offers)!, bytes: mean(bytes)!, found };
}

function row(name: string, { offers, bytes, found }: Found, missing: number): FilterRow {
  return {
    name,
    offers: round(offers, 1),
    bytes: round(bytes, 0),
    bytesPerMissing: round(bytes / missing, 0),
    seconds: round(roundTripSeconds(offers, bytes), 2),
    found,
  };
}

/** Few are missing: what a rate of false positives costs and saves. */
function atRate(world: World, rate: number, ports: Ports): RateRow {
  const [missing, trials] = [Math.min(FEW, world.bundles - 1), world.trials * 4];
  const profile = { ...DISPERSY, searches: true, falsePositiveRate: rate };
  const offersOf = (run: (seed: string) => Found): number => {
    ports.progress(`false positives: ${rate}`);
    const all = Array.from({ length: trials }, (_, trial) => run(`${world.seed}/rate/${trial}`));
    return round(mean(all.map(({ offers }) => offers))!, 1);
  };
  const [one, other] = [bloom(ROOM, rate), golombSet(ROOM, rate)];
  const measured = probe(world, one, Math.min(one.capacity, world.bundles));
  return {
    rate,
    bloomCapacity: one.capacity,
    golombCapacity: other.capacity,
    measuredRate: round(measured, 5),
    engineOffers: offersOf((seed) => engineOnce(world, profile, seed, missing)),
    bloomOffers: offersOf((seed) => sweepOnce(world, one, seed, missing)),
    golombOffers: offersOf((seed) => sweepOnce(world, other, seed, missing)),
  };
}

/** One filter for everything, as more and more is held; beside it, filters of as many classes as it takes. */
function fixedAt(world: World, load: number, ports: Ports): FixedRow {
  const parts = bloom(ROOM, 0.01);
  // One is always held: of everything nothing is drawn that is missing.
  const held = Math.max(1, Math.min(Math.round(parts.capacity * load), world.bundles - FEW));
  ports.progress(`one fixed filter, ${held} held`);
  const missing = Math.min(FEW, world.bundles - 1);
  const stock = { ...world.stock, bundles: world.stock.bundles.slice(0, held + missing) };
  const runs = (way: OneWay): Found =>
    averaged(
      Array.from({ length: world.trials }, (_, trial) =>
        sweepOnce({ ...world, stock }, way, `${world.seed}/fixed/${load}/${trial}`, missing),
      ),
    );
  const [whole, divided] = [runs(fixed(ROOM, 0.01)), runs(parts)];
  return {
    held,
    rate: round(probe(world, fixed(ROOM, 0.01), held), 4),
    predictedRate: round(falsePositive(filterModel(0.01), held), 4),
    offers: whole.found < missing ? null : round(whole.offers, 1),
    dividedOffers: round(divided.offers, 1),
  };
}

/** Measured rate of false positives of a filter with so many bundles. */
function probe({ seed, stock }: World, way: OneWay, held: number): number {
  const random = new SeededRandom(seed, `probe/${way.name}/${held}`);
  const absent = Array.from({ length: PROBES }, () => heldOf(1, random.bytes(16)));
  const present = stock.bundles.slice(0, held).map(place);
  return measuredRate(way, present, absent, random.bytes(SALT_BYTES));
}
