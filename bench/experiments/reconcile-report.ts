import { chart, type ReportSection, table, text } from "../experiment.ts";
import type { PairRun, Place } from "./pair.ts";

/** What finding the differences took with one set of rules; means of the trials. */
export interface Reconciled {
  variant: string;
  /** Offers of the side that lacks something, until it has everything. */
  offers: number;
  /** UDP payload bytes of these offers and the responses to them. */
  bytes: number;
  /** The same of every other datagram without bundles: walking, and what the other side asks for. */
  otherBytes: number;
  bundleBytes: number;
  /** Virtual time. */
  seconds: number;
  /** Bundles found; the least of all trials. */
  missingFound: number;
  /** By the formulas of bench/analysis; null where there is none for these rules. */
  predicted: { offers: number; bytes: number } | null;
  /** Of the first trial: offers, and what they found. */
  curve: PairRun["curve"];
}

/**
 * A model of the original with 1,270-byte filters and 100,000 bundles, calculated for this project's design; offers.
 */
const MODELLED: [
  missing: number,
  where: Place,
  random: number | null,
  turn: number,
  pivot: number,
][] = [
  [1, "newest", 70, 38, 48],
  [10, "newest", 273, 52, 48],
  [1_000, "newest", 620, 201, 445],
  [10, "random", 310, 90, 179],
  [1_000, "random", 555, 222, 631],
];

export function reconcileReport(
  {
    bundles,
    missing,
    where,
    trials,
  }: { bundles: number; missing: number; where: Place; trials: number },
  results: readonly Reconciled[],
): ReportSection[] {
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    {
      title: "Result",
      parts: [
        text(
          `Two nodes; one holds ${bundles} bundles, the other lacks ${missing} of them (${where}). Means of ` +
            `${trials} runs. Offers are the requests with a filter that the second sends until it has everything; ` +
            "their bytes include the responses, not the bundles. All bytes are of UDP payload.",
        ),
        table(
          [
            "rules",
            ...[
              "offers",
              "predicted",
              "bytes",
              "predicted",
              "other bytes",
              "bundles",
              "virtual seconds",
            ].map(right),
          ],
          results.map(({ variant, offers, bytes, predicted, otherBytes, bundleBytes, seconds }) => [
            variant,
            offers,
            predicted?.offers ?? "–",
            bytes,
            predicted?.bytes ?? "–",
            otherBytes,
            bundleBytes,
            seconds,
          ]),
        ),
        chart({
          file: "reconcile",
          kind: "line",
          title: `What is found, offer by offer: ${missing} (${where}) of ${bundles} are missing`,
          x: { title: "offers" },
          y: { title: "bundles found" },
          series: results.map(({ variant, curve }) => ({
            name: variant,
            points: [[0, 0], ...curve],
          })),
        }),
      ],
    },
    {
      title: "Beside a model of the original",
      parts: [
        text(
          "Offers in a model of the original's pair of nodes: 100,000 bundles, 1,270 bytes of filter. Our filter " +
            "is smaller, since a datagram has 1,232 bytes and not 1,472 (874 bundles instead of 1,059), so windows " +
            "and classes are more by a fifth; and the offer in vain that ends each find is counted here. Up to a " +
            "filter's capacity of missing bundles the faithful profile draws pivots; above it, classes at random. " +
            "With two nodes only, an offer in vain waits 30 s for the next step.",
        ),
        table(
          ["missing", "where", ...["modulo, drawn", "modulo, in turn", "pivot"].map(right)],
          MODELLED.map(([count, place, ...offers]) => [
            count,
            place,
            ...offers.map((n) => n ?? "–"),
          ]),
        ),
      ],
    },
  ];
}
