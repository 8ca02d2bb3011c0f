import { predictOffers, type Prediction } from "../analysis/offers.ts";
import { round } from "../analysis/statistics.ts";
import { chart, type CommonOptions, type Ports, type Result, table, text } from "../experiment.ts";
import { DISPERSY } from "../../node/core/profile.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { makeStock, replyBytesPerBundle, runPair, type Stock, storeWith, without } from "./pair.ts";

/** Every combination of these is predicted and measured. */
export interface Grid {
  totals: readonly number[];
  missing: readonly number[];
  falsePositiveRates: readonly number[];
  replyBytes: readonly number[];
}

export const GRID: Grid = {
  totals: [2_000, 8_000, 24_000],
  missing: [10, 100, 1_000],
  falsePositiveRates: [0.01, 0.1, 0.3],
  replyBytes: [1_280, 5_120, 25_600],
};

/** Its corners and its middle, where that many combinations have to do. */
export function cornersOf(grid: Grid): Cell[] {
  const ends = (of: readonly number[]): number[] => [of[0]!, of.at(-1)!];
  const middle = (of: readonly number[]): number => of[of.length >> 1]!;
  const { totals, missing, falsePositiveRates, replyBytes } = grid;
  return [
    ...cellsOf({
      totals: ends(totals),
      missing,
      falsePositiveRates: ends(falsePositiveRates),
      replyBytes: ends(replyBytes),
    }),
    {
      total: middle(totals),
      missing: middle(missing),
      falsePositiveRate: middle(falsePositiveRates),
      replyBytes: middle(replyBytes),
    },
  ];
}

export function cellsOf({ totals, missing, falsePositiveRates, replyBytes }: Grid): Cell[] {
  return totals.flatMap((total) =>
    missing.flatMap((lacking) =>
      falsePositiveRates.flatMap((rate) =>
        replyBytes.map((bytes) => ({
          total,
          missing: lacking,
          falsePositiveRate: rate,
          replyBytes: bytes,
        })),
      ),
    ),
  );
}

type Cell = Pick<GridCell, "total" | "missing" | "falsePositiveRate" | "replyBytes">;

/** One combination. Offers and bytes are means of the runs. */
export interface GridCell {
  total: number;
  missing: number;
  falsePositiveRate: number;
  replyBytes: number;
  runs: number;
  predicted: Prediction;
  measured: Prediction;
  /** Standard error of the measured offers, as a share of them. */
  error: number;
  /** Measured over predicted. */
  offersRatio: number;
  bytesRatio: number;
}

/**
 * Runs go on until the mean is known so well, as a share of it. One find varies by half of its mean, and by more than
 * its mean where it hangs on a place that few windows reach: a short find may be repeated often.
 */
const WANTED_ERROR = 0.06;
const MIN_RUNS = 8;
/** Offers that all runs of a cell send, at most. */
const MAX_OFFERS = 20_000;
const PAYLOAD_BYTES = 105;
const LIMIT_MS = 5e9;
/** What the project asks of the analysis. */
const TOLERANCE = 0.2;

/** Prediction against measurement with the faithful profile, over these combinations. */
export function runGrid({ seed }: CommonOptions, ports: Ports, wanted: readonly Cell[]): Result {
  const totals = [...new Set(wanted.map(({ total }) => total))];
  const cells = totals.flatMap((total) => {
    ports.progress(`${total} bundles are made`);
    const stock = makeStock(seed, total, PAYLOAD_BYTES);
    return wanted
      .filter((cell) => cell.total === total)
      .map((cell) => {
        ports.progress(Object.values(cell).join(", "));
        return measureCell(seed, stock, cell);
      });
  });
  const within = cells.filter(({ offersRatio, bytesRatio }) => {
    return [offersRatio, bytesRatio].every((ratio) => Math.abs(ratio - 1) <= TOLERANCE);
  });
  return {
    json: { cells: cells.length, within20Percent: within.length, grid: cells },
    report: [{ title: "Predicted and measured", parts: gridParts(cells, within.length) }],
    ...(within.length < cells.length && {
      failure: `${cells.length - within.length} of ${cells.length} predictions are off by more than 20 %`,
    }),
  };
}

function measureCell(seed: number, stock: Stock, cell: Cell): GridCell {
  const { missing, falsePositiveRate, replyBytes } = cell;
  const full = storeWith(stock.bundles);
  const profile = { ...DISPERSY, falsePositiveRate, replyBytes };
  const predicted = predictOffers({
    ...cell,
    where: "random",
    bundleBytes: replyBytesPerBundle(stock),
  });
  const offers: number[] = [];
  let bytes = 0;
  const isKnown = () => errorOf(offers) <= WANTED_ERROR || totalOf(offers) >= MAX_OFFERS;
  while (offers.length < MIN_RUNS || !isKnown()) {
    const name = `${seed}/${Object.values(cell).join("/")}/${offers.length}`;
    const held = without(stock, missing, "random", new SeededRandom(name, "missing"));
    const { counts } = runPair({ seed: name, stock, full, held, profile, limitMs: LIMIT_MS });
    offers.push(counts.offer.datagrams);
    bytes += counts.offer.bytes + counts.answer.bytes;
  }
  const runs = offers.length;
  const measured = { offers: meanOf(offers), bytes: bytes / runs };
  return {
    ...cell,
    runs,
    predicted: { offers: round(predicted.offers, 1), bytes: round(predicted.bytes, 0) },
    measured: { offers: round(measured.offers, 1), bytes: round(measured.bytes, 0) },
    error: round(errorOf(offers), 3),
    offersRatio: round(measured.offers / predicted.offers, 3),
    bytesRatio: round(measured.bytes / predicted.bytes, 3),
  };
}

function meanOf(values: readonly number[]): number {
  return totalOf(values) / values.length;
}

function totalOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function errorOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length) / mean;
}

function gridParts(cells: readonly GridCell[], within: number) {
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [
    "total",
    "missing",
    "false positives",
    "reply limit",
    "predicted offers",
    "measured",
    "ratio",
    "predicted bytes",
    "measured",
    "ratio",
    "runs",
    "standard error",
  ];
  const name = (cell: GridCell) => `${cell.falsePositiveRate * 100} %, ${cell.replyBytes} B`;
  const names = [...new Set(cells.map(name))];
  return [
    text(
      `The faithful profile with other filters and reply limits; what is missing lies at random. ${within} of ` +
        `${cells.length} predictions of offers and bytes are within 20 % of the measurement. The formulas ` +
        "(bench/analysis/offers.ts) have no fitted constant. Bytes are of UDP payload, without the bundles. Runs " +
        `until the standard error is ${WANTED_ERROR * 100} %, or they sent ${MAX_OFFERS} offers.`,
    ),
    chart({
      file: "grid",
      kind: "line",
      title: "Measured over predicted offers",
      x: { title: "predicted offers", scale: "log" },
      y: { title: "measured / predicted", min: 0.5, max: 1.5 },
      series: names.map((series) => ({
        name: series,
        points: cells
          .filter((cell) => name(cell) === series)
          .map(({ predicted, offersRatio }) => [predicted.offers, offersRatio] as const)
          .sort(([a], [b]) => a - b),
      })),
    }),
    table(
      columns.map(right),
      cells.map((cell) => [
        cell.total,
        cell.missing,
        `${cell.falsePositiveRate * 100} %`,
        cell.replyBytes,
        cell.predicted.offers,
        cell.measured.offers,
        cell.offersRatio,
        cell.predicted.bytes,
        cell.measured.bytes,
        cell.bytesRatio,
        cell.runs,
        `${round(cell.error * 100, 1)} %`,
      ]),
    ),
  ];
}
