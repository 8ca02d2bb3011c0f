import type { Beside } from "../experiments/nat-beside.ts";
import type { PairRow } from "../experiments/nat-row.ts";
import type { TargetRow } from "../experiments/nat-targets.ts";
import { atLeast, atMost, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

interface LabJson {
  pairs: PairRow[];
  targets: TargetRow[];
  peer?: { name: string; pairs: PairRow[]; beside: Beside[] };
  model?: { beside: Beside[] };
}

/** Ordered pairs of nine kinds between which a strategy is known. */
const POSSIBLE_PAIRS = 69;

export const natLab = section<LabJson>({
  name: "nat-lab",
  title: "Real nodes behind kernel NATs",
  shows:
    "The same in network namespaces of Linux, process by process, with hyperdht in the same labs and the model beside. A run takes hours; what is in the file of trials is not measured again.",
  command: words(
    "nat --lab --trials 15 --pairs all --setups all --peer hyperdht --peer-trials 2 --model --record nat-lab.jsonl --seed 1",
  ),
  quick: words("nat --lab --trials 1 --timeout 20 --pairs apdf:apdf --setups same-lan --seed 1"),
  find: ({ pairs, targets, peer, model }) => [
    {
      what: "ordered pairs that get through, of 81",
      unit: "",
      measured: pairs.filter(({ success }) => success > 0).length,
      ...(peer !== undefined && {
        published: `${peer.pairs.filter(({ success }) => success > 0).length} (${peer.name}, same run)`,
      }),
      target: atLeast(Math.min(POSSIBLE_PAIRS, pairs.length)),
    },
    {
      what: "successes that both NATs counted",
      unit: "%",
      measured: percentOf(pairs.filter(({ crossed }) => crossed === 1).length, counted(pairs)),
      target: atLeast(100),
    },
    ...targets.flatMap(targetFindings),
    ...(peer === undefined ? [] : [slowerPairs(peer.name, peer.beside)]),
    ...(model === undefined ? [] : [unequalPairs(model.beside)]),
  ],
});

export const natBundles = section<LabJson>({
  name: "nat-bundles",
  title: "1,000 bundles through every pair that has a path",
  shows:
    "Two nodes that share only trackers, kernel NATs, started with nothing but the ticket: all 1,000 bundles come over. Times are from the joiner's start.",
  command: words(
    "nat --lab --trials 1 --bundles 1000 --timeout 60 --record nat-bundles.jsonl --seed 1",
  ),
  quick: words("nat --lab --trials 1 --bundles 50 --timeout 30 --pairs apdf:apdf --seed 1"),
  find: ({ pairs }) => [
    {
      what: "ordered pairs in which all bundles came over",
      unit: "",
      measured: pairs.filter(({ success }) => success === 1).length,
      target: atLeast(Math.min(POSSIBLE_PAIRS, pairs.length)),
    },
    {
      what: "the slowest pair",
      unit: "s",
      measured: Math.max(...pairs.map(({ bundleP50Ms }) => (bundleP50Ms ?? 0) / 1_000)),
    },
  ],
});

function targetFindings(row: TargetRow): Finding[] {
  const { title, success, p50Ms, p95Ms, noPathP95Ms, peerP50Ms, target } = row;
  const time = (what: string, measured: number | null, limit: number): Finding => ({
    what: `${title}: ${what}`,
    unit: "ms",
    measured,
    target: atMost(limit),
  });
  if (target.noPathMs !== undefined) return [time("said after", noPathP95Ms, target.noPathMs)];
  const share: Finding = {
    what: `${title}: success`,
    unit: "%",
    measured: Math.round(success * 10_000) / 100,
    target: atLeast(target.success * 100),
  };
  const medianMs = target.p50Ms ?? peerP50Ms;
  return [
    share,
    ...(medianMs === null || medianMs === undefined ? [] : [time("median", p50Ms, medianMs)]),
    ...(target.p95Ms === undefined ? [] : [time("95 %", p95Ms, target.p95Ms)]),
  ];
}

function slowerPairs(name: string, beside: readonly Beside[]): Finding {
  const compared = beside.filter(({ ratio }) => ratio !== null);
  const slower = compared.filter(({ ratio }) => ratio! > 1).length;
  return {
    what: `pairs, of ${compared.length}, in which ${name}'s median is shorter`,
    unit: "",
    measured: slower,
  };
}

function unequalPairs(beside: readonly Beside[]): Finding {
  const unequal = beside.filter(({ isEqual }) => !isEqual).length;
  return {
    what: `pairs, of ${beside.length}, in which lab and model differ beyond the 95 % interval`,
    unit: "",
    measured: unequal,
    // One of twenty does by chance.
    target: atMost(Math.ceil(beside.length / 20)),
  };
}

function counted(pairs: readonly PairRow[]): number {
  return pairs.filter(({ crossed }) => crossed !== null).length;
}

function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 100;
}
