import { SeededRandom } from "../../node/testing/random.ts";
import { ascending, mean, quantile } from "./statistics.ts";

/**
 * Anti-entropy and rumour mongering in rounds (Demers et al. 1987): what the walk would do if every step were a contact
 * with a node drawn at random. Nothing here is a datagram.
 */
export interface Epidemic {
  nodes: number;
  /** Probability that a step of a node that lacks the bundle, with one that holds it, brings it: 0 to 1. */
  success: number;
  /** Nodes that get it at its birth. */
  pushTo: number;
  /** Whether a step of a node that holds it brings it to one that lacks it, as sketches do. */
  bothWays: boolean;
}

export interface EpidemicRun {
  /** Share of the nodes that hold it after 0, 1, 2 ... rounds, the mean of all trials. */
  curve: number[];
  /** Rounds until half, until 99 % and until all have it: means, and of the last the 95th percentile too. */
  half: number;
  p99: number;
  all: number;
  allP95: number;
}

/** An epidemic that takes longer is given up. */
const MAX_ROUNDS = 10_000;

/**
 * Every node takes one step per round, in random order, and what it learns counts at once. A node draws another one;
 * when that one holds the bundle, or when either does and steps work both ways, the step brings it with probability
 * `success`.
 */
export function epidemicRounds(epidemic: Epidemic, trials: number, seed: number): EpidemicRun {
  const random = new SeededRandom(seed, "analysis/epidemic");
  const runs = Array.from({ length: trials }, () => oneEpidemic(epidemic, random));
  const until = (share: number): number[] => runs.map((curve) => roundsUntil(curve, share));
  const all = ascending(until(1));
  const longest = Math.max(...runs.map((curve) => curve.length));
  return {
    curve: Array.from({ length: longest }, (_, i) => mean(runs.map((curve) => curve[i] ?? 1))!),
    half: mean(until(0.5))!,
    p99: mean(until(0.99))!,
    all: mean(all)!,
    allP95: quantile(all, 0.95)!,
  };
}

/** Shares after each round; the last is 1. */
function oneEpidemic(
  { nodes, success, pushTo, bothWays }: Epidemic,
  random: SeededRandom,
): number[] {
  const holds = new Uint8Array(nodes);
  let holders = Math.min(nodes, 1 + pushTo);
  holds.fill(1, 0, holders);
  const order = Array.from({ length: nodes }, (_, i) => i);
  const curve = [holders / nodes];
  while (holders < nodes && curve.length < MAX_ROUNDS) {
    shuffle(order, random);
    for (const node of order) {
      if (holds[node] === 1 && !bothWays) continue;
      const other = (node + 1 + random.below(nodes - 1)) % nodes;
      const isUseful = holds[node] === 0 ? holds[other] === 1 : holds[other] === 0;
      if (!isUseful || (success < 1 && random.float() >= success)) continue;
      holds[node] = 1;
      holds[other] = 1;
      holders++;
    }
    curve.push(holders / nodes);
  }
  return curve;
}

/** With the fraction of the last round, by straight lines. */
function roundsUntil(curve: number[], share: number): number {
  const after = curve.findIndex((held) => held >= share);
  if (after <= 0) return after === 0 ? 0 : curve.length;
  const [before, at] = [curve[after - 1]!, curve[after]!];
  return after - 1 + (share - before) / (at - before);
}

function shuffle(items: number[], random: SeededRandom): void {
  for (let i = items.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [items[i], items[other]] = [items[other]!, items[i]!];
  }
}

/**
 * Probability that a fresh filter speaks of the newest bundle: 1 while everything fits into it, else that of a pivot
 * drawn within a filter's capacity of the end: 1 - e^(-2C/M) for a draw with mean M/2.
 */
export function coverOfNewest(held: number, capacity: number): number {
  return held < capacity ? 1 : 1 - Math.exp((-2 * capacity) / held);
}
