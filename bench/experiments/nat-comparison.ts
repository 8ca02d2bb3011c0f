import { DISTRIBUTIONS } from "../analysis/nat-shares.ts";
import { chart, type ReportPart, table, text } from "../experiment.ts";
import type { Grid, WeightedRow } from "./nat-weighted.ts";
import { percent, right } from "./nat-words.ts";

/** Ours beside what was published, or calculated, of others. */
export function weightedParts(weighted: Record<string, WeightedRow>): ReportPart[] {
  return [
    table(
      [
        "distribution",
        right("all pairs"),
        right("unblocked pairs"),
        right("95 % interval"),
        right("with mapped ports and IPv6"),
        right("target"),
        right("plain puncture"),
        right("hyperdht"),
        right("Tailscale, iroh"),
      ],
      Object.entries(weighted).map(
        ([name, { all, unblocked, low, high, aided, puncture, others }]) => {
          return [
            DISTRIBUTIONS[name as keyof typeof DISTRIBUTIONS].name,
            percent(all),
            percent(unblocked),
            `${percent(low)} to ${percent(high)}`,
            percent(aided.unblocked),
            percent(others.target),
            percent(puncture.unblocked),
            percent(others.hyperdht),
            percent(others.tailscaleAndIroh),
          ];
        },
      ),
    ),
    text(
      "Ours is measured pair by pair and weighed by the shares of the kinds; all figures but the first are of " +
        "unblocked pairs. Those of plain puncture are theory, the others' are calculated from what their programs " +
        "do, not measured: hyperdht's without mapped ports and IPv6, Tailscale's and iroh's with both. So the " +
        "column with both is the one to compare with the target and with these; it assumes, as they do, that 35 % " +
        "of homes map a port (15 % of that rate behind symmetric NATs) and 25 % of pairs have IPv6.",
    ),
    text(
      "Published: 77 % of NAT kinds (SAC 2014) and more than 80 % of attempts between punchable peers (2011). No " +
        "cell of the 2011 figure reaches 93 %, not even between open peers: the rest is peers that had left, stale " +
        `addresses and loss, of which the pairs here have none. Nodes that block UDP count as failures in "all ` +
        `pairs".`,
    ),
  ];
}

export function gridPart({ kinds, success, passed, iroh }: Grid): ReportPart[] {
  const names = kinds.map(({ theirs, ours }) => (theirs === ours ? ours : `${theirs} (${ours})`));
  return [
    text(
      `Its public test joins every ordered pair of four kinds of NAT; ${iroh.passed} of its ${iroh.of} cells ` +
        `pass, the others need a guess of ports and are left out. Here ${passed} of ${iroh.of} get through in ` +
        "every trial. Which of our kinds is meant by theirs is read from their names and rules: None is no NAT; " +
        `Open lets everybody in (${kinds[1]!.ours}); Moderate is a home router (${kinds[2]!.ours}); Strict gives ` +
        `every destination a random port (${kinds[3]!.ours}). Theirs run real nodes in a lab of their own, and ` +
        "fall back on a relay.",
    ),
    chart({
      file: "nat-grid",
      kind: "heat",
      title: "The iroh project's four kinds: share of trials that get through",
      x: { title: "NAT of the node that joins" },
      y: { title: "NAT of the other" },
      columns: names,
      rows: names,
      values: success,
    }),
    table(
      ["", ...names.map(right)],
      names.map((name, i) => [name, ...success[i]!.map(percent)]),
    ),
  ];
}
