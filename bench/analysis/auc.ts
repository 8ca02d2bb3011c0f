/** How well scores tell positives from negatives: 0.5 is a coin, 1 is always right. */
export interface Auc {
  auc: number;
  /** 95 % interval. */
  low: number;
  high: number;
}

const Z_95 = 1.96;

/**
 * The area under the curve of right against false alarms, which is the probability that a positive scores above a
 * negative, ties counting half. The interval is the wider of two: of DeLong, DeLong and Clarke-Pearson (1988), from the
 * variance of each side's placements among the other's, which is too narrow where hardly a score differs; and of Hanley
 * and McNeil (1982), from the area alone.
 */
export function aucOf(positives: readonly number[], negatives: readonly number[]): Auc {
  const below = placements(positives, negatives);
  const above = placements(negatives, positives);
  const auc = mean(below);
  const [many, few] = [positives.length, negatives.length];
  const delong = variance(below) / many + variance(above) / few;
  const deviation = Math.sqrt(Math.max(delong, hanleyMcNeil(auc, many, few)));
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  return { auc, low: within(auc - Z_95 * deviation), high: within(auc + Z_95 * deviation) };
}

/** The variance of an area, with scores of exponential distributions. */
function hanleyMcNeil(auc: number, positives: number, negatives: number): number {
  const [one, other] = [auc / (2 - auc), (2 * auc ** 2) / (1 + auc)];
  const own = auc * (1 - auc);
  const spread = (positives - 1) * (one - auc ** 2) + (negatives - 1) * (other - auc ** 2);
  return (own + spread) / (positives * negatives);
}

/** For each of `scores`, the share of `others` below it, equal ones counting half. */
function placements(scores: readonly number[], others: readonly number[]): number[] {
  const sorted = Float64Array.from(others).sort();
  return scores.map(
    (score) => (firstFrom(sorted, score) + firstAbove(sorted, score)) / 2 / sorted.length,
  );
}

function firstFrom(sorted: Float64Array, value: number): number {
  return search(sorted, (one) => one >= value);
}

function firstAbove(sorted: Float64Array, value: number): number {
  return search(sorted, (one) => one > value);
}

/** The first place at which it holds; it holds from there on. */
function search(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return (
    values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1)
  );
}
