import { type Distribution, SHARED_KINDS, type SharedKind } from "../analysis/nat-shares.ts";
import { ascending, quantile, round } from "../analysis/statistics.ts";
import { PROFILES } from "../../node/core/profile.ts";
import type { CommonOptions, Ports } from "../experiment.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { addTrackers } from "./nat-model.ts";

export interface MixOptions extends CommonOptions {
  nodes: number;
  loss: number;
  hops: number;
  flows: number;
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

/** Nodes of an overlay start one after the other over this time. */
const START_OVER_MS = 60_000;
const MIX_MS = 300_000;

export function mixOf(
  distribution: Distribution,
  { seed, nodes, profile, loss, hops, flows }: MixOptions,
  ports: Ports,
): MixRow {
  const world = new World({ seed: `${seed}/${distribution.name}`, link: { loss }, hops: hops + 1 });
  const random = world.random("kinds");
  const overlay = world.overlay({ public: true });
  const trackers = addTrackers(world);
  const introducers = new Set(trackers.map(({ publicAddress }) => publicAddress.key));
  /** BOUNDED: by the nodes. */
  const firstMs = new Map<SimNode, number>();
  for (let i = 0; i < nodes; i++) {
    const startMs = Math.floor((i * START_OVER_MS) / nodes);
    const node = world.addNode({
      overlay,
      seeds: trackers,
      profile: PROFILES[profile],
      surveys: true,
      maxFlows: flows,
      founder: i === 0,
      nat: draw(distribution, random.float()),
      startMs,
    });
    node.onEvent((event) => {
      if (event.event !== "contacted" || introducers.has(event.address.key)) return;
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
