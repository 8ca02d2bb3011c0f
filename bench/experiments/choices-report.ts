import { chart, type ReportSection, table, text } from "../experiment.ts";
import type { SubsetRule } from "../../node/core/profile.ts";
import type { Place } from "./pair.ts";

/** One difference, found by each rule: mean offers. */
export interface SubsetChoice {
  missing: number;
  where: Place;
  offers: Record<SubsetRule, number>;
  /** By the default profile, which has sketches to choose from as well. */
  sketches: number;
  /** Offers of the choice, of those of the worse of modulo and pivot. */
  ofTheWorse: number;
}

/** Steps until a new bundle is at so many nodes. */
export interface NodeChoice {
  rule: string;
  p50: number | null;
  p99: number | null;
  /** Null: not within the limit. */
  all: number | null;
  trackerDatagrams: number;
}

const right = (title: string) => ({ title, align: "right" as const });

export function choicesReport(
  { bundles, nodes, trials }: { bundles: number; nodes: number; trials: number },
  subsets: readonly SubsetChoice[],
  rules: readonly NodeChoice[],
): ReportSection[] {
  const place = ({ missing, where }: SubsetChoice): string => `${missing}, ${where}`;
  return [
    {
      title: "What to offer",
      parts: [
        text(
          `Offers until everything is found; one side holds ${bundles} bundles. Means of ${trials} runs. "Modulo" and ` +
            '"pivot" are each side of the original\'s choice taken always; "random" offers as many as fit from anywhere ' +
            'on. "Choice" takes modulo while more than a filter\'s worth is known to be missing, else pivot. The default ' +
            "profile chooses between sketches, the newest part, a cursor and filters. The counters `offer by ...` of " +
            "`status` say what was chosen.",
        ),
        table(
          [
            "missing",
            ...[
              "choice",
              "modulo",
              "pivot",
              "random",
              "choice, of the worse",
              "default profile",
            ].map(right),
          ],
          subsets.map((row) => [
            place(row),
            row.offers.dispersy,
            row.offers.modulo,
            row.offers.pivot,
            row.offers.random,
            row.ofTheWorse,
            row.sketches,
          ]),
        ),
        chart({
          file: "choices",
          kind: "bars",
          title: `Offers until everything is found, of ${bundles} bundles`,
          x: { title: "missing" },
          y: { title: "offers", scale: "log" },
          groups: subsets.map(place),
          series: [
            { name: "choice", values: subsets.map(({ offers }) => offers.dispersy) },
            { name: "modulo", values: subsets.map(({ offers }) => offers.modulo) },
            { name: "pivot", values: subsets.map(({ offers }) => offers.pivot) },
            { name: "random", values: subsets.map(({ offers }) => offers.random) },
          ],
        }),
      ],
    },
    {
      title: "Whom to ask",
      parts: [
        text(
          `A new bundle among ${nodes} honest nodes, pulled and never pushed, where each step asks by the original's ` +
            "shares of buckets, the oldest first, or anybody who may be asked. Among honest nodes the shares buy nothing: " +
            "they are there against those who crowd in (`bench eclipse`), and spare the tracker.",
        ),
        table(
          ["rule", ...["half, steps", "99 %", "all", "datagrams to the tracker"].map(right)],
          rules.map(({ rule, p50, p99, all, trackerDatagrams }) => [
            rule,
            p50 ?? "–",
            p99 ?? "–",
            all ?? "not reached",
            trackerDatagrams,
          ]),
        ),
      ],
    },
  ];
}
