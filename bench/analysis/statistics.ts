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
