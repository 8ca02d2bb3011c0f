import { STEP_MS, ELIGIBLE_DELAY_MS } from "../../candidates/constants.ts";
import { PAPER_RULE, weightsOf } from "../../candidates/selection.ts";
import { DISPERSY } from "../../node/core/profile.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../wire/limits.ts";
import { falsePositive, filterModel } from "./filter.ts";
import { predictOffers } from "./offers.ts";

/**
 * How long nodes of the faithful profile may take until all hold the same: the coupon collector over the windows of
 * `node/sync/filter/pivot.ts`, where the coupons are what each node lacks. It is a bound, not an expectation: whoever
 * holds a bundle now is taken for the only ones who ever will, and a world passes it once in a million.
 */
export interface Disagreement {
  /** Global times of all bundles that anybody holds, ascending. */
  times: readonly number[];
  /** The highest clock. */
  clock: number;
  /** Of each node that has to agree: the ranks of what it lacks. */
  lacking: readonly (readonly number[])[];
  /** Peers, of any kind, among whom a node's steps are shared. */
  peers: number;
  /** What has to come one after the other: by way of somebody whom all reach, and a grant before what it allows. */
  legs: number;
}

/** Of a hundred nights with 10,000 worlds each, one has a false alarm. */
const FALSE_ALARM = 1e-6;
/** Of the steps, how many go to contacts that answered, whatever else is told of: the others may all be in vain. */
const USEFUL_SHARE = weightsOf(PAPER_RULE.trustedShare).contacted;

export function agreementLimitMs(disagreement: Disagreement): number {
  const { times, lacking, peers, legs } = disagreement;
  const missing = Math.max(...lacking.map((ranks) => ranks.length));
  if (missing === 0) return 0;
  const { falsePositiveRate, replyBytes } = DISPERSY;
  // What comes in bulk: offers that pay, of the node that lacks most. No bundle takes more than one datagram.
  const { offers } = predictOffers({
    total: times.length,
    missing,
    where: "random",
    falsePositiveRate,
    replyBytes,
    bundleBytes: DEFAULT_DATAGRAM_BYTES,
  });
  const stepMs = Math.max(STEP_MS, ELIGIBLE_DELAY_MS / peers) / USEFUL_SHARE;
  return (offers + legs * stepsUntilAll(disagreement)) * stepMs;
}

/** Steps, each to one of the peers, until every node has found every bundle, but for FALSE_ALARM. */
export function stepsUntilAll({
  times,
  clock,
  lacking,
  peers,
}: Omit<Disagreement, "legs">): number {
  const filter = filterModel(DISPERSY.falsePositiveRate);
  const seen = 1 - falsePositive(filter, Math.min(times.length, filter.capacity));
  const covered = coverage(times, clock, filter.capacity);
  const holders = new Float64Array(times.length).fill(lacking.length);
  for (const rank of lacking.flat()) holders[rank]! -= 1;
  /** Logarithm of the probability that one step does not bring it. */
  const vain = lacking
    .flat()
    .map((rank) =>
      Math.log1p((-covered[rank]! * seen * holders[rank]!) / Math.max(peers, holders[rank]!)),
    );
  const left = (steps: number): number => vain.reduce((sum, one) => sum + Math.exp(steps * one), 0);
  let [low, high] = [0, 1];
  while (left(high) > FALSE_ALARM) [low, high] = [high, high * 2];
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    if (left(middle) > FALSE_ALARM) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Probability that one window covers each bundle, by its rank. Windows are those that choosePivot draws over all of
 * these times; who holds fewer draws wider ones. More bundles of one time than a filter holds are not dealt with.
 */
export function coverage(times: readonly number[], clock: number, capacity: number): Float64Array {
  const count = times.length;
  if (count <= capacity) return new Float64Array(count).fill(1);
  /** What the rank adds to the coverage of the one before. */
  const changes = new Float64Array(count + 1);
  const add = (from: number, probability: number): void => {
    changes[from]! += probability;
    changes[from + capacity]! -= probability;
  };
  // Pivots after the time of one rank, up to that of the next.
  for (let next = 0; next <= count; next++) {
    const [after, upTo] = [times[next - 1] ?? 0, times[next] ?? clock];
    const mass = pivotMass(after, upTo, clock);
    if (mass <= 0) continue;
    if (next + capacity > count) {
      add(count - capacity, mass);
      continue;
    }
    const pivot = (after + upTo) / 2;
    const lowest = Math.max(0, next - capacity);
    const up = (times[next + capacity] ?? clock) - pivot;
    // A window that begins at the oldest is filled from above.
    const end = next < capacity ? (times[capacity] ?? clock) : pivot;
    const down = end - (times[lowest - 1] ?? 0);
    add(next, (mass * up) / (up + down));
    add(lowest, (mass * down) / (up + down));
  }
  let sum = 0;
  return new Float64Array(count).map((_, rank) => Math.min(1, (sum += changes[rank]!)));
}

/** Probability that drawPivot falls after one time and not after the other. */
function pivotMass(after: number, upTo: number, clock: number): number {
  const below = (time: number): number => Math.exp((-2 * (clock - time)) / clock);
  return below(upTo) - below(after) + (Math.exp(-2) * (upTo - after)) / clock;
}
