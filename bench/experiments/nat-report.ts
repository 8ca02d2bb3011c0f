import { HALKES_KINDS, HALKES_SUCCESS } from "../analysis/nat-shares.ts";
import { trialsToShow, wilson } from "../analysis/statistics.ts";
import { chart, type ReportPart, type ReportSection, table, text } from "../experiment.ts";
import type { NatOptions } from "./nat-options.ts";
import { gridPart, weightedParts } from "./nat-comparison.ts";
import { modelSection } from "./nat-beside.ts";
import type { MixRow } from "./nat-mix.ts";
import { type PeerRow, peerSection } from "./nat-peer.ts";
import type { PairRow } from "./nat-row.ts";
import { type SameRow, sameSection } from "./nat-same.ts";
import { PLACE_NAMES, SIDE_NAMES } from "./nat-sides.ts";
import { type TargetRow, targetSection } from "./nat-targets.ts";
import { gridOf, weightedRows } from "./nat-weighted.ts";
import { milliseconds, percent, right } from "./nat-words.ts";

export interface NatFindings {
  options: NatOptions;
  rows: readonly PairRow[];
  /** Which end with the same set; empty in the model, where nobody dials. */
  same: readonly SameRow[];
  mixes: readonly MixRow[];
  targets: readonly TargetRow[];
  /** The same pairs in the same lab, of another system. */
  others?: { name: string; rows: readonly PairRow[]; beside: readonly PeerRow[] };
  /** The same pairs in the model, beside the lab. */
  model?: readonly PairRow[];
}

export function natReport(findings: NatFindings): ReportSection[] {
  const { options, rows, same, mixes, targets, others, model } = findings;
  const place = options.lab ? "lab" : "model";
  const sections: ReportSection[] = [];
  if (targets.length > 0) sections.push(targetSection(targets));
  if (rows.length > 0) {
    const parts = [
      successChart(rows, place),
      timeChart(rows, place, "from the introduction to a path"),
      pairTable(rows),
    ];
    const names = table(["name", "NAT"], sides(rows));
    sections.push({ title: "Pairs", parts: [method(findings), names, ...parts] });
  }
  if (same.length > 0) sections.push(sameSection(same));
  if (others !== undefined) {
    const { name } = others;
    const beside = peerSection(name, others.beside);
    // By its own clock: these times are not to be held against ours of a path.
    const time = timeChart(others.rows, name, "from connect() to the first byte");
    const charts = [successChart(others.rows, name), time];
    sections.push({ ...beside, parts: [...beside.parts, ...charts] });
  }
  if (model !== undefined) sections.push(modelSection(rows, model));
  const weighted = weightedRows(rows);
  if (Object.keys(weighted).length > 0) {
    const title = "Weighted by published distributions";
    sections.push({ title, parts: [...weightedParts(weighted), publishedChart()] });
  }
  const grid = gridOf(rows);
  if (grid !== null) sections.push({ title: "The iroh project's grid", parts: gridPart(grid) });
  if (mixes.length > 0) sections.push(mixSection(mixes));
  return sections;
}

function method({ options }: NatFindings): ReportPart {
  const { trials, fineTrials, timeout, loss, hops, flows, lab } = options;
  const isFine = !lab && fineTrials > trials;
  const most = isFine ? fineTrials : trials;
  const [low] = wilson(most, most);
  const where = lab
    ? "Two real nodes behind kernel NATs in network namespaces, two trackers, 50 ms there and back between any two " +
      "public addresses; a pair that no strategy opens gets one trial. Counters on both NATs saw what crossed."
    : "Two nodes behind simulated NATs, two trackers, 50 ms there and back between any two public addresses.";
  return text(
    `${where} ${hops} routers lie between the NATs; ${percent(loss)} of the datagrams are lost; a search fills a ` +
      `node's own NAT with ${flows} entries at most. One node made a bundle; the other joins with nothing but the ` +
      `trackers. A success is a path and the bundle within ${timeout} s. The time of a path counts from the ` +
      "introduction that names the other node to the first datagram that came back; that of the bundle from the " +
      `joiner's start. ${trials} trials per ordered ` +
      `pair${isFine ? `, ${fineTrials} of those that nearly always get through` : ""}: when all succeed, the true ` +
      `share is above ${percent(low)} with 95 % confidence; to show 99 % takes ${trialsToShow(0.99)} trials ` +
      `without a failure, 98 % ${trialsToShow(0.98)}, 95 % ${trialsToShow(0.95)}.`,
  );
}

/** What the sides are called that were measured. */
function sides(rows: readonly PairRow[]): [string, string][] {
  const used = new Set(rows.flatMap(({ a, b }) => [a, b]).map((side) => side.split("+")[0]!));
  return Object.entries(SIDE_NAMES).filter(([name]) => used.has(name));
}

function successChart(rows: readonly PairRow[], place: string): ReportPart {
  return matrix(rows, {
    file: `nat-success-${place}`,
    title: `Share of trials that get through (${place})`,
    value: ({ success }) => success,
  });
}

/** Times stand on a logarithmic scale between these. */
const LEAST_MS = 50;
const MOST_MS = 20_000;

function timeChart(rows: readonly PairRow[], place: string, span: string): ReportPart {
  const share = (ms: number): number => Math.log(ms / LEAST_MS) / Math.log(MOST_MS / LEAST_MS);
  return matrix(rows, {
    file: `nat-time-${place}`,
    title: `Median time ${span} (${place})`,
    value: ({ p50Ms }) => (p50Ms === null ? null : Math.min(1, Math.max(0, share(p50Ms)))),
    words: {
      cell: ({ p50Ms }) => (p50Ms === null ? "" : `${(p50Ms / 1_000).toFixed(2)} s`),
      least: "0.05 s",
      most: "20 s",
    },
  });
}

interface Matrix {
  file: string;
  title: string;
  value(row: PairRow): number | null;
  words?: { cell(row: PairRow): string; least: string; most: string };
}

function matrix(pairs: readonly PairRow[], { file, title, value, words }: Matrix): ReportPart {
  // Places have few pairs: where there are kinds as well, they stand in the table only.
  const ofKinds = pairs.filter(({ a, b }) => !(a in PLACE_NAMES) && !(b in PLACE_NAMES));
  const shown = ofKinds.length > 0 ? ofKinds : pairs;
  const rows = [...new Set(shown.map(({ a }) => a))];
  const columns = [...new Set(shown.map((pair) => pair.b))];
  const at = (a: string, b: string): PairRow | undefined =>
    pairs.find((pair) => pair.a === a && pair.b === b);
  const cells = <T>(of: (row: PairRow) => T, otherwise: T): T[][] =>
    rows.map((a) =>
      columns.map((b) => {
        const row = at(a, b);
        return row === undefined ? otherwise : of(row);
      }),
    );
  return chart({
    file,
    kind: "heat",
    title,
    x: { title: "NAT of the node that joins" },
    y: { title: "NAT of the node that has the bundle" },
    columns,
    rows,
    values: cells(value, null),
    ...(words && {
      words: { cells: cells(words.cell, ""), least: words.least, most: words.most },
    }),
  });
}

function publishedChart(): ReportPart {
  return chart({
    file: "nat-published",
    kind: "heat",
    title: "Published: success between 841 peers (Halkes and Pouwelse 2011)",
    x: { title: "to" },
    y: { title: "from" },
    columns: [...HALKES_KINDS],
    rows: [...HALKES_KINDS],
    values: HALKES_SUCCESS.map((row) => [...row]),
  });
}

function pairTable(rows: readonly PairRow[]): ReportPart {
  const isCounted = rows.some(({ crossed }) => crossed !== null);
  return table(
    [
      "has it",
      "joins",
      right("success"),
      right("95 % interval"),
      "theory",
      right("path, median"),
      right("95 %"),
      right("bundle, median"),
      right("95 %"),
      right("datagrams"),
      right("NAT entries"),
      "strategy",
      "why not",
      ...(isCounted ? [right("seen by both NATs")] : []),
    ],
    rows.map((row) => [
      row.a,
      row.b,
      percent(row.success),
      `${percent(row.low)} to ${percent(row.high)}`,
      row.possible ? "opens" : "closed",
      milliseconds(row.p50Ms),
      milliseconds(row.p95Ms),
      milliseconds(row.bundleP50Ms),
      milliseconds(row.bundleP95Ms),
      row.probes,
      row.entries,
      strategyWords(row),
      reasonWords(row),
      ...(isCounted ? [row.crossed === null ? "–" : percent(row.crossed)] : []),
    ]),
  );
}

function strategyWords({ success, strategies }: PairRow): string {
  if (success === 0) return "–";
  const counted = Object.entries(strategies);
  if (counted.length === 1) return counted[0]![0];
  return counted.map(([name, count]) => `${name} ${count}`).join(", ");
}

function reasonWords({ reason, noPathP95Ms }: PairRow): string {
  if (reason === null) return "";
  return noPathP95Ms === null ? reason : `${reason} (said in ${milliseconds(noPathP95Ms)})`;
}

function mixSection(mixes: readonly MixRow[]): ReportSection {
  const [first] = mixes;
  return {
    title: "Overlays with mixed kinds",
    parts: [
      text(
        `${first!.nodes} nodes each start over one minute, their kinds drawn from the distribution (without the ` +
          "blocked), and walk for five minutes. Nobody need reach everybody: bundles also come by way of others.",
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
  };
}
