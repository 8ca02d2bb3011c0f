import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import type { Profile } from "../../node/core/profile.ts";
import { utf8 } from "../../wire/bytes.ts";

/** Who publishes: one node everything, or half of the nodes, or all, equal parts. */
export const WRITERS = ["one", "half", "all"] as const;
export type Writers = (typeof WRITERS)[number];

export interface FaithfulOptions {
  nodes: number;
  /** In all, the policy not counted. */
  bundles: number;
  writers: Writers;
  /** Probability that a datagram is lost, 0 to 1. */
  loss: number;
  seed: number;
  profile: Profile;
  /** Virtual time after which it is given up. */
  limitMs: number;
  /** Told of every virtual half minute. */
  progress?: (run: FaithfulRun) => void;
}

export interface FaithfulRun {
  /** Whether everybody has everything. */
  done: boolean;
  /** Virtual time since the start of all nodes. */
  nowMs: number;
  /** When everybody had the policy; undefined before. */
  policyMs: number | undefined;
  /** Bundles held by all nodes together, as a share of what they shall hold. */
  share: number;
  /** Bundles datagrams that reached somebody. */
  delivered: number;
  /** Events of all nodes together, by name. */
  counters: Map<string, number>;
}

const PROGRESS_INTERVAL_MS = 30_000;

/**
 * All nodes start at once and know one tracker; whoever writes publishes its part in the moment in which it learns the
 * policy. Runs until everybody has everything.
 */
export function runFaithful(options: FaithfulOptions): FaithfulRun {
  const { seed, loss, profile, limitMs, progress } = options;
  const world = new World({ seed, link: { loss } });
  const overlay = world.overlay();
  const seeds = [world.addTracker()];
  const nodes: SimNode[] = [];
  for (let i = 0; i < options.nodes; i++) {
    nodes.push(world.addNode({ overlay, founder: i === 0, seeds, profile }));
  }
  let informed = 0;
  let policyMs: number | undefined;
  shares(options).forEach((share, i) => {
    const node = nodes[i]!;
    node.onEvent(({ event }) => {
      if (event !== "policy") return;
      if (++informed === nodes.length) policyMs = world.now;
      const payloads = Array.from({ length: share }, (_, n) => utf8(`${node.name} line ${n}`));
      // After the input that brought the policy is dealt with.
      if (share > 0) world.clock.at(world.now, { fire: () => void world.publish(node, payloads) });
    });
  });
  const total = options.bundles + 1;
  const look = (): FaithfulRun => {
    const held = nodes.reduce((sum, node) => sum + world.held(node), 0);
    const counters = sumCounters(nodes);
    const delivered = counters.get("received bundles") ?? 0;
    const share = held / (total * nodes.length);
    return { done: share === 1, nowMs: world.now, policyMs, share, delivered, counters };
  };
  while (world.now < limitMs) {
    const until = Math.min(world.now + PROGRESS_INTERVAL_MS, limitMs);
    if (world.runUntil(() => world.allHold(total), until)) break;
    progress?.(look());
  }
  return look();
}

/** How many bundles each node publishes. */
function shares({ nodes, bundles, writers }: FaithfulOptions): number[] {
  const count = { one: 1, half: Math.ceil(nodes / 2), all: nodes }[writers];
  return Array.from({ length: nodes }, (_, i) => {
    if (i >= count) return 0;
    return Math.floor(bundles / count) + (i < bundles % count ? 1 : 0);
  });
}

function sumCounters(nodes: SimNode[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { engine } of nodes) {
    for (const [name, count] of engine.counters) sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return sum;
}
