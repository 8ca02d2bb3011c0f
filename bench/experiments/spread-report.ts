import { chart, type ReportSection, type Series, table, text } from "../experiment.ts";
import { PAPER_FAILURE } from "./overlay.ts";

/** What `--json` tells of one variant with, or without, contacts that fail. */
export interface Figures {
  variant: string;
  push: number;
  /** Share of the contacts that fail. */
  failure: number;
  /** Whether every bundle reached every node in time. */
  reached: boolean;
  /** Steps until so many nodes hold a bundle; over all nodes of all trials. Null when it never came so far. */
  steps: { p50: number | null; p99: number | null; max: number | null };
  /** Steps until the last node has it, the mean of the trials. */
  allMean: number | null;
  /** What a node sends from a bundle's birth until all have it, in bytes of UDP payload. */
  bytesPerNode: number | null;
  /** The same by rounds of random contacts (bench/analysis). */
  analysis: { p50: number; p99: number; all: number; allP95: number };
}

export interface Scenario {
  figures: Figures;
  /** Share of the nodes that hold it over steps: measured, calculated. */
  curve: [step: number, share: number][];
  expected: [step: number, share: number][];
}

const PERCENT = 100;

export function spreadReport(
  { nodes, backlog, trials }: { nodes: number; backlog: number; trials: number },
  scenarios: readonly Scenario[],
): ReportSection[] {
  const [sound, failing] = [0, PAPER_FAILURE].map((failure) =>
    scenarios.filter(({ figures }) => figures.failure === failure),
  ) as [Scenario[], Scenario[]];
  const size = `${nodes.toLocaleString("en-US")} nodes`;
  return [
    {
      title: "Result",
      parts: [
        text(
          `One bundle is made at a random node of ${size}, each of which holds ` +
            `${backlog.toLocaleString("en-US")} others; ${trials === 1 ? "one bundle" : `${trials} bundles`} per scenario. Steps are of 5 s, counted ` +
            `from the making. Half and 99 % are of the nodes of all bundles together; "last node, ` +
            `mean" takes the last node of each bundle, and the mean of these: one slow bundle can put the 99 % ` +
            `above it. "Worst" is the slowest node of the slowest bundle.`,
        ),
        table(
          [
            "scenario",
            { title: "contacts that fail", align: "right" },
            { title: "half of all nodes", align: "right" },
            { title: "99 % of all nodes", align: "right" },
            { title: "last node, mean of the bundles", align: "right" },
            { title: "last node, worst", align: "right" },
            { title: "analysis: last node, mean", align: "right" },
            { title: "analysis: 95th percentile", align: "right" },
            { title: "bytes sent per node", align: "right" },
          ],
          [
            ...scenarios.map(row),
            ["published (SAC 2014), 1,000 nodes", "not told", "–", "–", 19, "–", "–", "–", "–"],
          ],
        ),
        chart({
          file: "spread",
          kind: "line",
          title: `One new bundle among ${size}, every contact succeeds`,
          x: { title: "steps since the bundle was made", unit: "5 s each" },
          y: { title: "nodes that hold it", unit: "%", min: 0, max: 100 },
          series: series(sound),
        }),
        chart({
          file: "spread-failing",
          kind: "line",
          title: `The same, ${PAPER_FAILURE * PERCENT} % of all contacts fail`,
          x: { title: "steps since the bundle was made", unit: "5 s each" },
          y: { title: "nodes that hold it", unit: "%", min: 0, max: 100 },
          series: series(failing),
        }),
      ],
    },
    {
      title: "How to read it",
      parts: [
        text(
          "The paper says that one message reached all of 1,000 peers within 19 steps, and not how many contacts " +
            "failed. Pulling from random nodes needs 10.4 rounds when none fails, and 19.5 when " +
            `${PAPER_FAILURE * PERCENT} % do: so that is the rate that the figure implies, of peers which no ` +
            "introduction reaches. A failed contact is one in which every datagram between two nodes is lost, " +
            "retransmissions too.",
        ),
        text(
          "The analysis lets every node draw a random other once per step. The walk differs: a node that was let " +
            "down by a candidate forgets it, and one that knows too few has nobody to ask in some steps, which " +
            `makes the last nodes later; continued offers and pushes make the first ones earlier. "The paper's ` +
            `set-up" is the faithful profile without pushing new bundles.`,
        ),
      ],
    },
  ];
}

function row({ figures }: Scenario): (string | number)[] {
  const { variant, failure, steps, allMean, analysis, bytesPerNode } = figures;
  const shown = (value: number | null): string | number => value ?? "not reached";
  return [
    variant,
    `${failure * PERCENT} %`,
    shown(steps.p50),
    shown(steps.p99),
    shown(allMean),
    shown(steps.max),
    analysis.all,
    analysis.allP95,
    shown(bytesPerNode),
  ];
}

/** The measured curves, and the calculated one of the last, which is the paper's set-up. */
function series(scenarios: readonly Scenario[]): Series[] {
  const percent = (points: [number, number][]): [number, number][] =>
    points.map(([step, share]) => [step, share * PERCENT]);
  const measured = scenarios.map(({ figures, curve }) => ({
    name: figures.variant,
    points: percent(curve),
  }));
  const last = scenarios.at(-1)!;
  const name = `${last.figures.variant}, analysis`;
  return [...measured, { name, points: percent(last.expected), reference: true }];
}
