import {
  type Distribution,
  DISTRIBUTIONS,
  SHARED_KINDS,
  type SharedKind,
  weigh,
} from "../analysis/nat-shares.ts";
import { ascending, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { PROFILES } from "../../node/profile.ts";
import type { SimNode } from "../sim/node.ts";
import { World } from "../sim/world.ts";
import { natReport, pairsReport } from "./nat-report.ts";
import { opens, type Pair, PAIRS, parsePairs, placePair } from "./nat-sides.ts";

export interface NatOptions {
  trials: number;
  nodes: number;
  timeout: number;
  /** All of them when empty. */
  pairs: string;
  loss: number;
  hops: number;
}

/** One ordered pair of sides, see nat-sides.ts: `b` joins, `a` has the bundle, a tracker introduces them. */
export interface PairRow {
  a: string;
  b: string;
  trials: number;
  /** Share of the trials in which b came to hold a's bundle. */
  success: number;
  /** From b's start until then. */
  p50Ms: number | null;
  p95Ms: number | null;
  /** Datagrams between the two until then, or until the time was over: the mean. */
  probes: number;
  /** What the nodes do today. */
  strategy: "puncture";
  /** Whether plain puncturing should succeed. */
  possible: boolean;
}

/** An overlay of kinds drawn from a distribution. */
export interface MixRow {
  distribution: string;
  nodes: number;
  /** Share of the nodes that met another one. */
  contacted: number;
  /** From a node's start until its first contact with another node. */
  firstContactMs: { p50: number | null; p95: number | null };
  /** Share of the nodes that hold the founder's bundle in the end. */
  holding: number;
}

const START_MS = 20_000;
/** Nodes of an overlay start one after the other over this time. */
const START_OVER_MS = 60_000;
const MIX_MS = 300_000;

export const nat = experiment<NatOptions & { sim: boolean }>({
  name: "nat",
  summary:
    "which pairs of simulated NATs open a path by an introduction (real devices in kernels are not part of it yet)",
  signatures: "keyed hash",
  options: [
    { name: "sim", summary: "on the simulated devices, which is all there is", default: true },
    { name: "trials", summary: "trials per ordered pair of kinds", default: 10, min: 1 },
    {
      name: "nodes",
      summary: "nodes of each overlay with mixed kinds",
      default: 60,
      min: 2,
      max: 10_000,
    },
    { name: "timeout", summary: "virtual seconds for a trial", default: 60, min: 5 },
    {
      name: "pairs",
      summary: "only these, such as apdf:rnd+limit=50,seq+drift=15:seq+poisonable",
      default: "",
    },
    {
      name: "loss",
      summary: "share of the datagrams that get lost",
      default: 0,
      max: 1,
      fraction: true,
    },
    { name: "hops", summary: "links between two public addresses", default: 8, min: 1, max: 40 },
  ],
  run(options, ports): Result {
    const { profile } = options;
    const chosen = options.pairs === "" ? PAIRS : parsePairs(options.pairs);
    const pairs = chosen.map((pair) => pairOf(pair, options, ports));
    if (options.pairs !== "") {
      return { json: { pairs, weighted: {}, profile }, report: pairsReport(options, pairs) };
    }
    const success = (a: string, b: string): number =>
      pairs.find((pair) => pair.a === a && pair.b === b)!.success;
    const weighted = Object.fromEntries(
      Object.entries(DISTRIBUTIONS).map(([name, distribution]) => {
        const { all, unblocked } = weigh(distribution, success);
        return [name, { all: round(all, 4), unblocked: round(unblocked, 4) }];
      }),
    );
    const mixes = Object.values(DISTRIBUTIONS).map((distribution) =>
      mixOf(distribution, options, ports),
    );
    return {
      json: { pairs, weighted, mixes, profile },
      report: natReport(options, pairs, mixes),
    };
  },
});

function pairOf(pair: Pair, options: NatOptions & CommonOptions, ports: Ports): PairRow {
  const { trials } = options;
  const [a, b] = pair;
  const runs = Array.from({ length: trials }, (_, i) => {
    ports.progress(`${a} to ${b}: ${i + 1} of ${trials}`);
    return onePair(pair, `${options.seed}/${i}`, options);
  });
  const times = ascending(runs.flatMap(({ ms }) => ms ?? []));
  return {
    a,
    b,
    trials,
    success: round(times.length / trials, 4),
    p50Ms: round(quantile(times, 0.5), 0),
    p95Ms: round(quantile(times, 0.95), 0),
    probes: round(runs.reduce((sum, { probes }) => sum + probes, 0) / trials, 1),
    strategy: "puncture",
    possible: opens(pair),
  };
}

function onePair(
  pair: Pair,
  seed: string,
  { profile, timeout, loss, hops }: NatOptions & CommonOptions,
): { ms: number | undefined; probes: number } {
  const world = new World({ seed: `${seed}/${pair.join("/")}`, link: { loss }, hops });
  const overlay = world.overlay();
  const tracker = world.addTracker();
  const common = { overlay, seeds: [tracker], profile: PROFILES[profile] };
  const [holder, joiner] = placePair(world, pair);
  world.addNode({ ...common, ...holder, founder: true });
  // Phases of the two differ from trial to trial.
  const startMs = START_MS + world.random("start").below(5_000);
  const joining = world.addNode({ ...common, ...joiner, startMs });
  const introducer = tracker.publicAddress.key;
  let probes = 0;
  world.network.onDatagram(({ to, sender }) => {
    if (to.key !== introducer && sender.address.key !== introducer) probes++;
  });
  const done = world.runUntil(() => world.held(joining) > 0, startMs + timeout * 1_000);
  return { ms: done ? Math.round(world.now - startMs) : undefined, probes };
}

function mixOf(
  distribution: Distribution,
  { seed, nodes, profile, loss, hops }: NatOptions & CommonOptions,
  ports: Ports,
): MixRow {
  const world = new World({ seed: `${seed}/${distribution.name}`, link: { loss }, hops });
  const random = world.random("kinds");
  const overlay = world.overlay();
  const tracker = world.addTracker();
  /** BOUNDED: by the nodes. */
  const firstMs = new Map<SimNode, number>();
  for (let i = 0; i < nodes; i++) {
    const startMs = Math.floor((i * START_OVER_MS) / nodes);
    const node = world.addNode({
      overlay,
      seeds: [tracker],
      profile: PROFILES[profile],
      founder: i === 0,
      nat: draw(distribution, random.float()),
      startMs,
    });
    node.onEvent((event) => {
      if (event.event !== "contacted" || event.address.key === tracker.publicAddress.key) return;
      if (!firstMs.has(node)) firstMs.set(node, world.now - startMs);
    });
  }
  while (world.now < MIX_MS) {
    world.run(world.now + 1_000);
    ports.progress(`${distribution.name}: ${firstMs.size} of ${nodes} nodes have met another`);
  }
  const times = ascending(firstMs.values());
  return {
    distribution: distribution.name,
    nodes,
    contacted: round(times.length / nodes, 4),
    firstContactMs: {
      p50: round(quantile(times, 0.5), 0),
      p95: round(quantile(times, 0.95), 0),
    },
    holding: round(world.nodes.filter((node) => world.held(node) > 0).length / nodes, 4),
  };
}

/** A kind for `lot`, 0 to 1, among those that are not blocked. */
function draw({ shares, blocked }: Distribution, lot: number): SharedKind {
  let left = lot * (1 - blocked);
  for (const kind of SHARED_KINDS) {
    left -= shares[kind];
    if (left < 0) return kind;
  }
  return "rnd";
}
