import { chart, type ReportSection, table, text } from "../experiment.ts";
import { percent } from "./one-way.ts";

/** A way to find one difference. */
export interface FilterRow {
  name: string;
  /** Means of the runs. */
  offers: number;
  /** UDP payload: offers and responses, and bundles that were there already. */
  bytes: number;
  bytesPerMissing: number;
  /** On the line of `roundTripSeconds`. */
  seconds: number;
  /** Of the worst run. */
  found: number;
}

/** What a rate of false positives costs. */
export interface RateRow {
  rate: number;
  bloomCapacity: number;
  golombCapacity: number;
  /** Of a full Bloom filter. */
  measuredRate: number;
  /** Means until all are found. */
  engineOffers: number;
  bloomOffers: number;
  golombOffers: number;
}

/** One filter of a fixed size. */
export interface FixedRow {
  held: number;
  rate: number;
  predictedRate: number;
  /** Null: too many. */
  offers: number | null;
  dividedOffers: number;
}

const ROUND_TRIP_S = 0.1;
const BYTES_PER_SECOND = 10e6 / 8;

/** Offers one after the other, each a round trip of 100 ms, at 10 Mbit/s. */
export function roundTripSeconds(offers: number, bytes: number): number {
  return offers * ROUND_TRIP_S + bytes / BYTES_PER_SECOND;
}

const right = (title: string) => ({ title, align: "right" as const });

export function filtersReport(
  about: { bundles: number; missing: number; trials: number; few: number },
  ways: readonly FilterRow[],
  rates: readonly RateRow[],
  fixed: readonly FixedRow[],
): ReportSection[] {
  return [waysSection(about, ways), ratesSection(about, rates), fixedSection(about, fixed)];
}

function waysSection(
  { bundles, missing, trials }: { bundles: number; missing: number; trials: number },
  ways: readonly FilterRow[],
): ReportSection {
  return {
    title: "One difference, found in several ways",
    parts: [
      text(
        `One side holds ${bundles} bundles, the other lacks ${missing} of them, anywhere. Means of ${trials} runs. ` +
          "An offer is one datagram of 1,232 bytes at most, its answer 5 KiB of bundles (25 KiB by sketch). Bytes are " +
          "of UDP payload: offers and responses, and whatever came that was held already. Rows that begin with " +
          "`engine` are two nodes of the shipped engine; the others run the same loop over classes with each kind " +
          'of filter, sealing and headers included. "Seconds" has one offer after the other on a line of 100 ms and ' +
          "10 Mbit/s: no pause between steps. The fixed filter is one for everything, without classes.",
      ),
      table(
        ["way", ...["offers", "bytes", "bytes per missing", "seconds", "found"].map(right)],
        ways.map(({ name, offers, bytes, bytesPerMissing, seconds, found }) => [
          name,
          offers,
          bytes,
          bytesPerMissing,
          seconds,
          found,
        ]),
      ),
      chart({
        file: "filters",
        kind: "bars",
        title: `Bytes until ${missing} of ${bundles} are found`,
        x: { title: "" },
        y: { title: "bytes per missing bundle", scale: "log" },
        groups: ways.map(({ name }) => name.replace("engine: ", "")),
        series: [{ name: "bytes", values: ways.map(({ bytesPerMissing }) => bytesPerMissing) }],
      }),
    ],
  };
}

function ratesSection(
  { bundles, few }: { bundles: number; few: number },
  rates: readonly RateRow[],
): ReportSection {
  const offers = (of: (row: RateRow) => number) =>
    rates.map((row) => [row.rate * 100, of(row)] as const);
  return {
    title: "False positives against bandwidth",
    parts: [
      text(
        `${few} of ${bundles} are missing, and filters are made for other rates of false positives. An offer takes one ` +
          "datagram whatever its rate, so offers are the bandwidth. A higher rate lets a filter speak of more bundles " +
          "and overlook more of what is missing; each filter has a salt of its own, so the next one finds that.",
      ),
      table(
        [
          "made for",
          "measured, full",
          "bundles per Bloom filter",
          "per Golomb-coded set",
          "offers, engine",
          "offers, Bloom",
          "offers, Golomb",
        ].map(right),
        rates.map((row) => [
          percent(row.rate),
          `${Math.round(row.measuredRate * 1e4) / 100} %`,
          row.bloomCapacity,
          row.golombCapacity,
          row.engineOffers,
          row.bloomOffers,
          row.golombOffers,
        ]),
      ),
      chart({
        file: "filters-rates",
        kind: "line",
        title: `Offers until ${few} of ${bundles} are found`,
        x: { title: "false positives", unit: "%" },
        y: { title: "offers", min: 0 },
        series: [
          { name: "engine, Bloom", points: offers(({ engineOffers }) => engineOffers) },
          { name: "Bloom", points: offers(({ bloomOffers }) => bloomOffers) },
          { name: "Golomb-coded set", points: offers(({ golombOffers }) => golombOffers) },
        ],
      }),
    ],
  };
}

function fixedSection({ few }: { few: number }, rows: readonly FixedRow[]): ReportSection {
  return {
    title: "One fixed filter for everything",
    parts: [
      text(
        `As in harvesting (Lee, MobEyes): one filter of one size for all that is held, ${few} missing. The more is ` +
          "held, the more of what is missing looks present. Beside it, the same filter for one class of as many as " +
          "it takes: its rate stays, and offers grow with what is held.",
      ),
      table(
        ["held", "false positives", "by the formula", "offers, one filter", "offers, classes"].map(
          right,
        ),
        rows.map(({ held, rate, predictedRate, offers, dividedOffers }) => [
          held,
          percent(rate),
          percent(predictedRate),
          offers ?? "not found",
          dividedOffers,
        ]),
      ),
      chart({
        file: "filters-fixed",
        kind: "line",
        title: "What looks present and is not",
        x: { title: "bundles held" },
        y: { title: "share", min: 0, max: 1 },
        series: [
          { name: "measured", points: rows.map(({ held, rate }) => [held, rate] as const) },
          {
            name: "by the formula",
            reference: true,
            points: rows.map(({ held, predictedRate }) => [held, predictedRate] as const),
          },
        ],
      }),
    ],
  };
}
