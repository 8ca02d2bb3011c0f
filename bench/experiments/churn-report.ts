import { chart, type ReportSection, table, text } from "../experiment.ts";

/**
 * Who takes the place of a node that left: one that was there before, with its store, as in the original's experiments,
 * which took peers offline and online again; or one that holds nothing, which is harder.
 */
export type Successors = "returning" | "empty";

/** One mean session time of one variant. */
export interface ChurnRow {
  profile: string;
  successors: Successors;
  sessionSeconds: number;
  /** Bundles whose author stayed at least one step. */
  eligible: number;
  /** Of these, the share that all nodes hold which remain in the end: all there ever were, when they return. */
  delivered: number | null;
  /** The same for bundles whose author left within the step. */
  deliveredOfOthers: number | null;
  /**
   * Share of the nodes that ran, while they still came and went, that held a bundle made so many steps before: the
   * mean.
   */
  heldAfter19Steps: number | null;
  /**
   * Steps until a node that was there when a bundle was made, and has not left since, holds it: over the eligible
   * bundles.
   */
  steps: { p50: number | null; p99: number | null; max: number | null };
  /** Nodes that left while bundles were made, per node of the overlay. */
  turnover: number;
}

export function churnReport(
  { nodes, bundles, perStep }: { nodes: number; bundles: number; perStep: number },
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
          `${nodes.toLocaleString("en-US")} nodes at any time. A node leaves without a word after an exponential ` +
            `session, and another takes its place in the same moment: a "returning" one that was there before and ` +
            `kept its store, as many as run being away; or an "empty" one that holds nothing, not even the policy. ` +
            `${bundles} bundles are made, ${perStep === 1 ? "one" : perStep} per step, each by a random node that has been there for two steps. ` +
            `19 steps after the last one nobody leaves any more, and who is away comes back. "Delivered" is the ` +
            "share of the bundles, of those whose author stayed for one more step, that every node then comes to " +
            `hold: with returning nodes all there ever were. "Held after 19 steps" is measured before, while nodes ` +
            `come and go: the share of those that run which hold a bundle 19 steps old. "Steps" is how long until ` +
            "those hold it who were there at the making and did not leave before. There are eight trackers.",
        ),
        table(
          [
            "profile, successors",
            right("mean session"),
            right("nodes replaced, per node"),
            right("delivered"),
            right("bundles counted"),
            right("held after 19 steps"),
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
            percent(row.heldAfter19Steps),
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
          title: "Steps until those hold a bundle who were there and stay",
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
          `Published: 1,000 peers "survive" a mean session time of 30 s; what share was delivered is not told in ` +
            "what could be read. The scripts of the original's experiments take a peer offline and online again, " +
            "and it keeps its database: that is the returning node. Where nobody returns, a bundle, and the policy " +
            "with it, lives only while each holder passes it on within its session: with sessions of 30 s, six " +
            "steps, of which trackers take two and vanished candidates as many, it hardly does. With sessions of " +
            "mean S, a node is still there after one step of 5 s with probability exp(-5/S): 85 % at 30 s, 99.7 % " +
            "at 30 min. Of the candidates that a node met within the last 57.5 s, 1 - S/57.5 (1 - exp(-57.5/S)) " +
            "have left: 56 % at 30 s, 1.6 % at 30 min. So with sessions of 30 s more than half of all contacts " +
            "fail, which alone costs 2.5 times the steps (see spread). A bundle is lost when all who hold it have " +
            "left for good; after one step those hold it who were pushed to and had not left.",
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
