/** The value that `share` (0 to 1) of the sorted values do not pass; null when there are none. */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))]!;
}

export function ascending(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `value` with so many digits after the point, as a number: reports of one run are equal to the last digit. */
export function round(value: number, digits: number): number;
export function round(value: number | null, digits: number): number | null;
export function round(value: number | null, digits: number): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}

/** 95 % of a normal distribution lie within so many standard deviations. */
const Z_95 = 1.96;

/** The interval that holds a share measured as `successes` of `trials` with 95 % confidence (Wilson 1927). */
export function wilson(successes: number, trials: number): [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const z = Z_95;
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const spread =
    (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return [Math.max(0, middle - spread), Math.min(1, middle + spread)];
}

interface Share {
  success: number;
  low: number;
  high: number;
}

/**
 * The interval that holds the difference of two independent shares with 95 % confidence, from their own (Newcombe 1998,
 * method 10).
 */
export function differenceInterval(one: Share, other: Share): [low: number, high: number] {
  const difference = one.success - other.success;
  const below = Math.hypot(one.success - one.low, other.high - other.success);
  const above = Math.hypot(one.high - one.success, other.success - other.low);
  return [Math.max(-1, difference - below), Math.min(1, difference + above)];
}

/** So many trials, all of them successes, show with 95 % confidence that at least `share` succeed. */
export function trialsToShow(share: number): number {
  return Math.ceil((Z_95 ** 2 * share) / (1 - share));
}

/** How much larger values of one sample are than those of another, and the 95 % interval of that. */
export interface Shift {
  shift: number;
  low: number;
  high: number;
}

/**
 * The median of all differences between a value of the one sample and a value of the other (Hodges and Lehmann 1963).
 * Its interval leaves out as many of the outermost differences as the statistic of Mann and Whitney (1947) allows, by
 * its normal approximation without correction: for 8 and 8 values 12 on each side, where the exact table has 13. It
 * asks nothing of the distributions: times have long tails. Null for samples too small for any: 3 and 3.
 */
export function shiftBetween(one: readonly number[], other: readonly number[]): Shift | null {
  const [n, m] = [one.length, other.length];
  const spread = Math.sqrt((n * m * (n + m + 1)) / 12);
  const least = Math.floor((n * m) / 2 - Z_95 * spread);
  if (least < 1) return null;
  const differences = ascending(one.flatMap((x) => other.map((y) => x - y)));
  const middle = (n * m - 1) / 2;
  const shift = (differences[Math.floor(middle)]! + differences[Math.ceil(middle)]!) / 2;
  return { shift, low: differences[least - 1]!, high: differences[n * m - least]! };
}
