import { chart, type ReportSection, table, text } from "../experiment.ts";
import type { ChurnRow } from "./churn.ts";

export function churnReport(
  { nodes, bundles }: { nodes: number; bundles: number },
  rows: readonly ChurnRow[],
): ReportSection[] {
  const variants = [...new Set(rows.map(variantOf))];
  const sessions = [...new Set(rows.map(({ sessionSeconds }) => sessionSeconds))];
  const of = (variant: string, session: number): ChurnRow =>
    rows.find((row) => variantOf(row) === variant && row.sessionSeconds === session)!;
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  return [
    {
      title: "Result",
      parts: [
        text(
          `${nodes.toLocaleString("en-US")} nodes at any time. A node leaves without a word after an exponential session, and another ` +
            `takes its place in the same moment: an "empty" one that holds nothing, or a "returning" one that was there before and kept its store. ${bundles} bundles are made, one per step, each by a random node that has been there for two steps. ` +
            `After the last one nobody leaves any more. "Delivered" is the share of the bundles, of those whose author stayed for one more step, ` +
            `that every node holds which remains; "steps" is how long until all that were there at the making, and have not left, hold it.`,
        ),
        table(
          [
            "profile, successors",
            right("mean session"),
            right("nodes replaced, per node"),
            right("delivered"),
            right("bundles counted"),
            right("steps, median"),
            right("99 %"),
            right("worst"),
            right("author left at once: delivered"),
          ],
          rows.map((row) => [
            variantOf(row),
            duration(row.sessionSeconds),
            row.turnover,
            percent(row.delivered),
            row.eligible,
            row.steps.p50 ?? "–",
            row.steps.p99 ?? "–",
            row.steps.max ?? "–",
            percent(row.deliveredOfOthers),
          ]),
        ),
        chart({
          file: "churn-delivered",
          kind: "bars",
          title: "Bundles that reach all who remain",
          x: { title: "mean session" },
          y: { title: "delivered", unit: "%", min: 0, max: 100 },
          groups: sessions.map(duration),
          series: variants.map((variant) => ({
            name: variant,
            values: sessions.map((session) => {
              const { delivered } = of(variant, session);
              return delivered === null ? null : delivered * 100;
            }),
          })),
        }),
        chart({
          file: "churn-steps",
          kind: "bars",
          title: "Steps until all who were there and remain hold a bundle",
          x: { title: "mean session" },
          y: { title: "99th percentile", unit: "steps of 5 s" },
          groups: sessions.map(duration),
          series: variants.map((variant) => ({
            name: variant,
            values: sessions.map((session) => of(variant, session).steps.p99),
          })),
        }),
      ],
    },
    {
      title: "How to read it",
      parts: [
        text(
          `Published: 1,000 peers "survive" a mean session time of 30 s; what share was delivered is not told in what could be read. ` +
            `With sessions of mean S, a node is still there after one step of 5 s with probability exp(-5/S): 85 % at 30 s, 99.7 % at 30 min. ` +
            `Of the candidates that a node met within the last 57.5 s, 1 - S/57.5 (1 - exp(-57.5/S)) have left: 56 % at 30 s, 1.6 % at 30 min. ` +
            `So with sessions of 30 s more than half of all contacts fail, which alone costs 2.5 times the steps (see spread). ` +
            `A bundle dies out only when all who hold it leave first; after one step some ten nodes hold a pushed one.`,
        ),
      ],
    },
  ];
}

function variantOf({ profile, successors }: ChurnRow): string {
  return `${profile}, ${successors}`;
}

function duration(seconds: number): string {
  return seconds >= 120 ? `${seconds / 60} min` : `${seconds} s`;
}

function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 10_000) / 100} %`;
}
