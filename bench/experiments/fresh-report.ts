import { type ReportSection, table, text } from "../experiment.ts";
import type { FreshLabFigures, FreshLabOptions } from "./fresh-lab.ts";

/** New bundles while so much of all that is sent gets lost. */
export interface FreshRow {
  what: "bundle" | "ephemeral";
  /** 0 to 1, of datagrams. */
  loss: number;
  /** From the making until a node holds it, over all nodes and bundles. */
  seconds: { p50: number | null; p99: number | null; max: number | null };
  /** Seconds until 99 % of the nodes hold it, of the worst bundle; null: not in the time that it was given. */
  mostUntil99: number | null;
  /** Nodes that did not get a bundle in the time until the next one, over all bundles. */
  missing: number;
  /** How often a bundle is sent to a node, on average. */
  copies: number | null;
  /** UDP payload that a node sends for a bundle, beside what it sends anyway. */
  bytesPerNode: number | null;
  /** The same in an hour in which nothing is written. */
  idleBytesPerHour: number | null;
}

export function freshReport(
  { nodes, bundles }: { nodes: number; bundles: number },
  rows: readonly FreshRow[],
): ReportSection[] {
  return [
    {
      title: "Result",
      parts: [
        text(
          `Random nodes of ${nodes.toLocaleString("en-US")} make ${bundles} bundles, one every 20 s, over paths of ` +
            "25 ms one way, and then as many ephemeral messages. Seconds count from the making until a node has it.",
        ),
        table(
          [
            "what",
            right("loss"),
            right("median"),
            right("99 %"),
            right("worst"),
            right("worst bundle at 99 % of nodes"),
            right("missing"),
            right("copies per node"),
            right("bytes sent per node"),
            right("bytes sent idle, per node and hour"),
          ],
          rows.map((row) => [
            row.what,
            `${row.loss * 100} %`,
            row.seconds.p50 ?? "–",
            row.seconds.p99 ?? "–",
            row.seconds.max ?? "–",
            row.mostUntil99 ?? "–",
            row.missing,
            row.copies ?? "–",
            row.bytesPerNode ?? "–",
            row.idleBytesPerHour ?? "–",
          ]),
        ),
      ],
    },
  ];
}

export function freshLabReport(
  { bundles, told }: FreshLabOptions,
  { rows, pathless }: FreshLabFigures,
): ReportSection[] {
  const how = told ? "" : " Nodes do not tell of what is new.";
  const paths =
    pathless.length === 0
      ? "All have paths to each other."
      : `Without a path of their own: ${pathless.join("; ")}.`;
  return [
    {
      title: "Three homes behind kernel NATs",
      parts: [
        text(
          `Each publishes ${bundles} bundles, one in a second, 25 ms one way between any two. Milliseconds from ` +
            `\`put\` until another node says that it is on disk.${how} ${paths}`,
        ),
        table(
          [
            "published by",
            right("loss"),
            right("median"),
            right("99 %"),
            right("target"),
            right("worst"),
            right("last bundle"),
            right("deliveries"),
            right("missing"),
          ],
          rows.map(({ by, loss, p50Ms, p99Ms, targetMs, maxMs, lastMs, deliveries, missing }) => [
            by,
            `${loss * 100} %`,
            p50Ms ?? "–",
            p99Ms ?? "–",
            targetMs,
            maxMs ?? "–",
            lastMs ?? "–",
            deliveries,
            missing,
          ]),
        ),
      ],
    },
  ];
}

function right(title: string): { title: string; align: "right" } {
  return { title, align: "right" };
}
