import type { Beside } from "../experiments/nat-beside.ts";
import { comparedPairs, laterPairs, type PeerRow } from "../experiments/nat-peer.ts";
import { getsThrough, type PairRow } from "../experiments/nat-row.ts";
import type { SameRow, SameWeighted } from "../experiments/nat-same.ts";
import type { Need } from "../experiments/nat-setups.ts";
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
    "weighted by published distributions. For the control each set-up lacks what it is there to show: searches, the " +
    "mapped port, IPv6, or else, as in all single pairs, the introductions.",
  command: words("nat --pairs all --setups all --trials 10 --seed 1"),
  controlCommand: words("nat --pairs all --setups all --trials 2 --without needs --seed 1"),
  quick: words("nat --trials 1 --nodes 4 --timeout 5 --pairs apdf:seq --seed 1"),
  quickControl: words("nat --trials 1 --timeout 5 --pairs apdf:seq --without needs --seed 1"),
  find: ({ weighted, targets }, control) => [
    ...targets.flatMap((row) => targetFindings(row, control && rowIn(control, row.name))),
    ...weightedFindings(weighted, control?.weighted),
  ],
});

interface LabJson {
  pairs: PairRow[];
  same: SameRow[];
  sameWeighted: Partial<Record<keyof typeof DISTRIBUTIONS, SameWeighted>>;
  targets: TargetRow[];
  weighted: Weighted;
  peer?: { name: string; pairs: PairRow[]; beside: PeerRow[] };
  model?: { beside: Beside[] };
}

export const natLab = section<LabJson>({
  name: "nat-lab",
  title: "Real nodes behind kernel NATs",
  shows:
    "The same in network namespaces of Linux, process by process, with as many trials of hyperdht in the same labs, in " +
    "turn, three labs at a time, and the model beside. Set-ups with losses and limits are left to the model here: `--setups all` plays them in " +
    "the lab, too, and takes hours.",
  command: words(
    "nat --lab --labs 3 --trials 4 --pairs all --peer hyperdht --peer-trials 4 --same-trials 0 --model --timeout 15 " +
      "--setups easy,lax,ordered,random,closed,mapped,same-lan --seed 1",
  ),
  beside: ["hyperdht"],
  quick: words("nat --lab --trials 1 --timeout 20 --pairs apdf:apdf --setups same-lan --seed 1"),
  find: ({ pairs, targets, weighted, peer, model }) => [
    throughFinding(pairs, peer),
    {
      what: "successes that both NATs counted",
      unit: "%",
      measured: percentOf(pairs.filter(({ crossed }) => crossed === 1).length, counted(pairs)),
      target: atLeast(100),
      noControl: "it looks after the lab, not after a mechanism",
    },
    ...targets.flatMap((row) => targetFindings(row)).map(inLab),
    ...weightedFindings(weighted).map(inLab),
    ...(peer === undefined ? [] : peerFindings(peer.name, peer.beside)),
    ...(model === undefined ? [] : [unequalPairs(model.beside)]),
  ],
});

export const natSame = section<LabJson>({
  name: "nat-same",
  title: "Pairs of NATs that end with the same set",
  shows:
    "All ten kinds, blocked ones included, in the lab: two trackers, and a member on a public host that takes WebSockets. " +
    "Both nodes write; asked is that both end with both bundles.",
  command: words("nat --lab --labs 3 --trials 1 --same-trials 1 --pairs all --timeout 40 --seed 1"),
  quick: words("nat --lab --trials 1 --timeout 30 --pairs apdf+web:blocked --seed 1"),
  find: ({ same, sameWeighted }) => sameFindings(same, sameWeighted).map(inLab),
});

export const natBundles = section<LabJson>({
  name: "nat-bundles",
  title: "1,000 bundles through every pair that has a path",
  shows:
    "Two nodes that share only trackers, kernel NATs, started with nothing but the ticket and leave to use 1,100 " +
    "flows: all 1,000 bundles come over. Times are from the joiner's start.",
  command: words(
    "nat --lab --labs 2 --trials 1 --same-trials 0 --bundles 1000 --flows 1100 --timeout 60 --seed 1",
  ),
  quick: words(
    "nat --lab --trials 1 --same-trials 0 --bundles 50 --timeout 30 --pairs apdf:apdf --seed 1",
  ),
  find: ({ pairs }) => [
    {
      what: `ordered pairs, of ${possible(pairs)} that something opens, in which all bundles came over`,
      unit: "",
      measured: pairs.filter(({ success }) => success === 1).length,
      target: atLeast(possible(pairs)),
      noControl: IN_MODEL,
    },
    {
      what: "the slowest pair",
      unit: "s",
      measured: Math.max(...pairs.map(({ bundleP50Ms }) => (bundleP50Ms ?? 0) / 1_000)),
    },
  ],
});

const IN_MODEL = "the model's section switches introductions off";

const inLab = (finding: Finding): Finding =>
  finding.target === undefined ? finding : { ...finding, noControl: IN_MODEL };

const rowIn = ({ targets }: ModelJson, name: string): TargetRow | undefined =>
  targets.find((row) => row.name === name);

/** `measured`: the figure without it. */
function withControl(finding: Finding, off: Need, measured: number | null | undefined): Finding {
  return measured === undefined ? finding : { ...finding, control: { off, measured } };
}

/** Zero successes are asked where there is no path; then only that it is said in time. */
function targetFindings(row: TargetRow, off?: TargetRow): Finding[] {
  const { title, success, low, high, trials, p50Ms, p95Ms, noPathP95Ms, peerP50Ms } = row;
  const { target, needs } = row;
  const times = [
    ["time to a path, median", p50Ms, target.p50Ms ?? peerP50Ms, off?.p50Ms],
    ["time to a path, 95 %", p95Ms, target.p95Ms, off?.p95Ms],
    ["time until it is said, 95 %", noPathP95Ms, target.noPathMs, off?.noPathP95Ms],
  ] as const;
  const asked = times.flatMap(([what, measured, mostMs, without]): Finding[] => {
    if (mostMs === undefined || mostMs === null) return [];
    const finding = { what: `${title}: ${what}`, unit: "ms", measured, target: atMost(mostMs) };
    return [withControl(finding, needs, without)];
  });
  if (target.success === 0) return asked;
  const interval = `${percent(low)} % to ${percent(high)} %, ${trials} trials`;
  const what = `${title}: open a path (95 % interval ${interval})`;
  const least = atLeast(percent(target.success));
  const opened = { what, unit: "%", measured: percent(success), target: least };
  return [withControl(opened, needs, off && percent(off.success)), ...asked];
}

function weightedFindings(weighted: Weighted, off?: Weighted): Finding[] {
  return (["halkes", "fixed", "mobile"] as const).flatMap((key) => {
    const found = weighted[key];
    const { name, blocked, others } = DISTRIBUTIONS[key];
    return [
      {
        what: `pairs that connect, all: ${name}`,
        unit: "%",
        measured: found === undefined ? null : percent(found.all),
      },
      withControl(
        {
          what: `pairs that connect, without the ${percent(blocked)} % of nodes that block UDP: ${name}`,
          unit: "%",
          measured: found === undefined ? null : percent(found.unblocked),
          target: atLeast(percent(others.target)),
          ...(key === "halkes" && { published: "77 % of NAT kinds (SAC 2014)" }),
        },
        "introductions",
        off?.[key] && percent(off[key].unblocked),
      ),
    ];
  });
}

function sameFindings(same: readonly SameRow[], weighted: LabJson["sameWeighted"]): Finding[] {
  if (same.length === 0) return [];
  return [
    {
      what: "ordered pairs, blocked ones included, that end with the same set and in time, with a member that takes WebSockets",
      unit: "",
      measured: same.filter(({ missed }) => missed.length === 0).length,
      target: atLeast(same.length),
    },
    ...(["halkes", "fixed", "mobile"] as const).flatMap((key): Finding[] => {
      const found = weighted[key];
      if (found === undefined) return [];
      const what = `all pairs that end with the same set then: ${DISTRIBUTIONS[key].name}`;
      return [{ what, unit: "%", measured: percent(found.same), target: atLeast(100) }];
    }),
  ];
}

function throughFinding(pairs: readonly PairRow[], peer: LabJson["peer"]): Finding {
  const through = (rows: readonly PairRow[]): number => rows.filter(getsThrough).length;
  return {
    what: `ordered pairs, of ${possible(pairs)} that something opens, in which at least half of the trials get through`,
    unit: "",
    measured: through(pairs),
    ...(peer !== undefined && { published: `${through(peer.pairs)} (${peer.name}, same run)` }),
    target: atLeast(possible(pairs)),
    noControl: IN_MODEL,
  };
}

function peerFindings(name: string, beside: readonly PeerRow[]): Finding[] {
  const compared = comparedPairs(beside);
  const among = `pairs, of ${compared.length} in which both get through`;
  const sooner = compared.filter(({ later }) => later!.high < 0).length;
  return [
    {
      what: `${among}, with the first bundle after ${name}'s first byte, by the whole 95 % interval`,
      unit: "",
      measured: laterPairs(beside).length,
      target: atMost(0),
      noControl: "no switch makes us slower",
    },
    { what: `${among}, with it before, by the whole 95 % interval`, unit: "", measured: sooner },
  ];
}

/** How many something opens. */
function possible(pairs: readonly PairRow[]): number {
  return pairs.filter((row) => row.possible).length;
}

function unequalPairs(beside: readonly Beside[]): Finding {
  const unequal = beside.filter(({ isEqual }) => !isEqual).length;
  return {
    what: `pairs, of ${beside.length} that something opens, in which lab and model differ beyond the 95 % interval`,
    unit: "",
    measured: unequal,
    // One of twenty does by chance.
    target: atMost(Math.ceil(beside.length / 20)),
    noControl: "it looks after the model, not after a mechanism",
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
