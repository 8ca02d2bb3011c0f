import type { Beside } from "../experiments/nat-beside.ts";
import type { PairRow } from "../experiments/nat-row.ts";
import type { TargetRow } from "../experiments/nat-targets.ts";
import { DISTRIBUTIONS } from "../analysis/nat-shares.ts";
import { atLeast, atMost, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

type Weighted = Partial<Record<keyof typeof DISTRIBUTIONS, { all: number; unblocked: number }>>;

interface ModelJson {
  targets: TargetRow[];
  weighted: Weighted;
}

export const natModel = section<ModelJson>({
  name: "nat",
  title: "Which pairs of NATs open a path",
  shows:
    "Simulated devices of the kinds that were published, every ordered pair of them, and shares of success " +
    "weighted by published distributions.",
  command: words("nat --pairs all --setups all --trials 30 --fine-trials 400 --seed 1"),
  quick: words("nat --trials 1 --nodes 4 --timeout 5 --pairs apdf:seq --seed 1"),
  find: ({ weighted, targets }) => [
    ...targets.flatMap(targetFindings),
    ...weightedFindings(weighted),
  ],
});

interface LabJson {
  pairs: PairRow[];
  targets: TargetRow[];
  weighted: Weighted;
  peer?: { name: string; pairs: PairRow[]; beside: Beside[] };
  model?: { beside: Beside[] };
}

/** Ordered pairs of nine kinds between which a strategy is known. */
const POSSIBLE_PAIRS = 69;

export const natLab = section<LabJson>({
  name: "nat-lab",
  title: "Real nodes behind kernel NATs",
  shows:
    "The same in network namespaces of Linux, process by process, with hyperdht in the same labs and the model " +
    "beside. A run takes hours: what is in the file of trials is not measured again, so that trials may be of " +
    "earlier commits, and the time below is that of what was missing.",
  command: words(
    "nat --lab --trials 30 --pairs all --setups all --peer hyperdht --peer-trials 3 --model --record nat-lab.jsonl " +
      "--seed 1",
  ),
  quick: words("nat --lab --trials 1 --timeout 20 --pairs apdf:apdf --setups same-lan --seed 1"),
  find: ({ pairs, targets, weighted, peer, model }) => [
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
    ...weightedFindings(weighted),
    ...(peer === undefined ? [] : [slowerPairs(peer.name, peer.beside)]),
    ...(model === undefined ? [] : [unequalPairs(model.beside)]),
  ],
});

export const natBundles = section<LabJson>({
  name: "nat-bundles",
  title: "1,000 bundles through every pair that has a path",
  shows:
    "Two nodes that share only trackers, kernel NATs, started with nothing but the ticket and leave to use 1,100 " +
    "flows: all 1,000 bundles come over. Times are from the joiner's start.",
  command: words(
    "nat --lab --trials 1 --bundles 1000 --flows 1100 --timeout 60 --record nat-bundles.jsonl --seed 1",
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

/** Zero successes are asked where there is no path; then only that it is said in time. */
function targetFindings(row: TargetRow): Finding[] {
  const { title, success, p50Ms, p95Ms, noPathP95Ms, peerP50Ms, target } = row;
  const times = [
    ["time to a path, median", p50Ms, target.p50Ms ?? peerP50Ms],
    ["time to a path, 95 %", p95Ms, target.p95Ms],
    ["time until it is said, 95 %", noPathP95Ms, target.noPathMs],
  ] as const;
  const asked = times.flatMap(([what, measured, mostMs]): Finding[] =>
    mostMs === undefined || mostMs === null
      ? []
      : [{ what: `${title}: ${what}`, unit: "ms", measured, target: atMost(mostMs) }],
  );
  if (target.success === 0) return asked;
  const least = atLeast(percent(target.success));
  const opened = { what: `${title}: open a path`, unit: "%", measured: percent(success) };
  return [{ ...opened, target: least }, ...asked];
}

function weightedFindings(weighted: Weighted): Finding[] {
  return (["halkes", "fixed", "mobile"] as const).flatMap((key) => {
    const found = weighted[key];
    const { name, blocked, others } = DISTRIBUTIONS[key];
    return [
      {
        what: `pairs that connect, all: ${name}`,
        unit: "%",
        measured: found === undefined ? null : percent(found.all),
      },
      {
        what: `pairs that connect, without the ${percent(blocked)} % of nodes that block UDP: ${name}`,
        unit: "%",
        measured: found === undefined ? null : percent(found.unblocked),
        target: atLeast(percent(others.target)),
        ...(key === "halkes" && { published: "77 % of NAT kinds (SAC 2014)" }),
      },
    ];
  });
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

function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}

function counted(pairs: readonly PairRow[]): number {
  return pairs.filter(({ crossed }) => crossed !== null).length;
}

function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 100;
}
