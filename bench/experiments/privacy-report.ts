import type { Auc } from "../analysis/auc.ts";
import { chart, type ReportSection, table, text } from "../experiment.ts";

export type Guess = Auc;

/** What one form of offer tells, and whom. */
export interface PrivacyRow {
  form: string;
  /** Bundles that the sender lacks. */
  lacked: number;
  insider: Guess;
  insiderOfMany: Guess;
  outsider: Guess;
  outsiderOfMany: Guess;
  tracker: Guess;
}

export function privacyReport(
  { bundles, offers, trials }: { bundles: number; offers: number; trials: number },
  rows: readonly PrivacyRow[],
): ReportSection[] {
  const right = (title: string) => ({ title, align: "right" as const });
  const some = [...new Set(rows.map(({ lacked }) => lacked))];
  return [
    {
      title: "Does the sender hold this bundle?",
      parts: [
        text(
          `Everybody knows the ids of ${bundles} bundles; the sender of an offer lacks ${some.join(" or ")} of them. An ` +
            "observer says of each how likely the sender is to hold it. The figure is the area under the curve (AUC): " +
            "the probability that a held bundle is called likelier than one that is lacking, 0.5 is a coin and 1 is " +
            `certainty; with 95 % intervals (bench/analysis/auc.ts) over ${trials} senders. An insider has the ticket; an outsider ` +
            "sees the datagram and has no ticket; a tracker gets a request without an offer. Whoever cannot read a " +
            `datagram takes its bytes for a filter. "Many" puts ${offers} offers of the same set together. Offers are ` +
            "encoded and sealed by the shipped code; the forms in clear and the keyed filter are there to compare. Filters are as " +
            "large as makes them just full.",
        ),
        table(
          [
            "offer",
            right("lacking"),
            ...["insider", "insider, many", "outsider", "outsider, many", "tracker"].map(right),
          ],
          rows.map((row) => [
            row.form,
            row.lacked,
            words(row.insider),
            words(row.insiderOfMany),
            words(row.outsider),
            words(row.outsiderOfMany),
            words(row.tracker),
          ]),
        ),
        ...some.map((lacked) => {
          const shown = rows.filter((row) => row.lacked === lacked);
          return chart({
            file: `privacy-${lacked}`,
            kind: "bars",
            title: `How well one offer tells what is held: ${lacked} of ${bundles} lacking`,
            x: { title: "" },
            y: { title: "AUC", min: 0, max: 1 },
            groups: shown.map(({ form }) => form),
            series: [
              { name: "insider", values: shown.map(({ insider }) => insider.auc) },
              { name: "outsider", values: shown.map(({ outsider }) => outsider.auc) },
              { name: "tracker", values: shown.map(({ tracker }) => tracker.auc) },
            ],
          });
        }),
      ],
    },
    {
      title: "How to read it",
      parts: [
        text(
          "A filter says of each bundle that is held that it is, and of the others that they are not but for its false " +
            "positives, so an insider is nearly certain. A rate of 30 % gives deniability for one offer; with a fresh " +
            "salt per offer a few of them take it away again, and with none all offers say the same. A sketch tells " +
            "exactly what is lacking to whoever knows nearly the same set, and nothing when more is different than it " +
            "can tell. A key that only the overlay knows makes an outsider's answer a coin's; sealing hides besides how " +
            "full the filter is, and what range it speaks of. Lengths are still seen: a request with a filter is full, " +
            "one with a sketch is as long as its sender thinks that the difference is.",
        ),
      ],
    },
  ];
}

function words({ auc, low, high }: Guess): string {
  const digits = (value: number): string => value.toFixed(3);
  return `${digits(auc)} (${digits(low)} to ${digits(high)})`;
}
