import {
  DISTRIBUTIONS,
  HALKES_KINDS,
  HALKES_SUCCESS,
  punctureOpens,
  weigh,
} from "../analysis/nat-shares.ts";
import { wilson } from "../analysis/statistics.ts";
import { chart, type ReportPart, type ReportSection, table, text } from "../experiment.ts";
import { KINDS } from "../sim/nat-kinds.ts";
import type { MixRow, NatOptions, PairRow } from "./nat-mix.ts";
import { SIDE_NAMES } from "./nat-sides.ts";

/** Pairs that somebody chose. */
export function pairsReport(options: NatOptions, pairs: readonly PairRow[]): ReportSection[] {
  return [{ title: "Pairs", parts: [method(options), pairTable(pairs)] }];
}

export function natReport(
  options: NatOptions,
  pairs: readonly PairRow[],
  mixes: readonly MixRow[],
): ReportSection[] {
  const of = (a: string, b: string): PairRow => pairs.find((pair) => pair.a === a && pair.b === b)!;
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  const kinds = table(["name", "NAT"], Object.entries(SIDE_NAMES));
  return [
    {
      title: "Pairs",
      parts: [
        method(options),
        kinds,
        chart({
          file: "nat-pairs",
          kind: "heat",
          title: "Measured: the joining node comes to hold the other's bundle",
          x: { title: "NAT of the node that joins" },
          y: { title: "NAT of the node that has it" },
          columns: [...KINDS],
          rows: [...KINDS],
          values: KINDS.map((a) => KINDS.map((b) => of(a, b).success)),
        }),
        chart({
          file: "nat-published",
          kind: "heat",
          title: "Published: success between 841 peers (Halkes and Pouwelse 2011)",
          x: { title: "to" },
          y: { title: "from" },
          columns: [...HALKES_KINDS],
          rows: [...HALKES_KINDS],
          values: HALKES_SUCCESS.map((row) => [...row]),
        }),
        pairTable(pairs),
      ],
    },
    {
      title: "Weighted by published distributions",
      parts: [
        table(
          [
            "distribution",
            right("measured, all pairs"),
            right("unblocked pairs"),
            right("analysis, all pairs"),
            right("research notes, all pairs"),
          ],
          Object.values(DISTRIBUTIONS).map((distribution) => {
            const measured = weigh(distribution, (a, b) => of(a, b).success);
            const theory = weigh(distribution, (a, b) => (punctureOpens(a, b) ? 1 : 0));
            return [
              distribution.name,
              percent(measured.all),
              percent(measured.unblocked),
              percent(theory.all),
              percent(distribution.calculated),
            ];
          }),
        ),
        text(
          `Published: 77 % of NAT kinds (SAC 2014) and more than 80 % of attempts between punchable peers (2011). No cell of the ` +
            `2011 figure reaches 93 %, not even between open peers: the rest is peers that had left, stale addresses and loss, of which the pairs here have none. ` +
            `Nodes that block UDP count as failures in "all pairs".`,
        ),
      ],
    },
    {
      title: "Overlays with mixed kinds",
      parts: [
        text(
          `Nodes start over one minute, their kinds drawn from the distribution (without the blocked), and walk for five minutes. ` +
            `A node behind a NAT whose mapping depends on the remote need not reach everybody: it is enough that it reaches some.`,
        ),
        table(
          [
            "distribution",
            right("nodes"),
            right("met another"),
            right("first contact, median"),
            right("95 %"),
            right("hold the founder's bundle"),
          ],
          mixes.map(({ distribution, nodes, contacted, firstContactMs, holding }) => [
            distribution,
            nodes,
            percent(contacted),
            milliseconds(firstContactMs.p50),
            milliseconds(firstContactMs.p95),
            percent(holding),
          ]),
        ),
      ],
    },
  ];
}

function method({ trials, timeout, loss, hops }: NatOptions): ReportPart {
  const [low] = wilson(trials, trials);
  return text(
    `Two nodes behind NATs, one public tracker that introduces them, ${hops} links between any two public addresses, ${percent(loss)} of the datagrams lost. ` +
      `One node made a bundle; the other joins, and has ${timeout} s to come to hold it. ${trials} trials per ordered pair: when all succeed, ` +
      `the true share is above ${percent(low)} with 95 % confidence.`,
  );
}

function pairTable(pairs: readonly PairRow[]): ReportPart {
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  return table(
    [
      "has it",
      "joins",
      right("success"),
      "theory",
      right("median"),
      right("95 %"),
      right("datagrams between them"),
    ],
    pairs.map(({ a, b, success, possible, p50Ms, p95Ms, probes }) => [
      a,
      b,
      percent(success),
      possible ? "opens" : "closed",
      milliseconds(p50Ms),
      milliseconds(p95Ms),
      probes,
    ]),
  );
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? "–" : `${ms.toLocaleString("en-US")} ms`;
}
