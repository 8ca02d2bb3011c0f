/**
 * How often the windows of `node/sync/filter/pivot.ts` must be drawn until they have covered what is missing.
 *
 * The pivot lies an exponential distance of mean T/2 below the clock T, or uniformly where that passes 1 (e^-2 of all
 * draws). Its window spans w times upward or downward, with equal probability since both sides span as much; a pivot
 * within w of the top gives the newest window, and downward within w of the bottom the oldest. So each window is named
 * by its left end, and n draws are Poisson draws of left ends with these weights, on a grid of cells.
 *
 * A missing bundle in a window is seen unless it is a false positive, each time anew: with probability `seen`.
 */
export interface PivotProblem {
  /** T: the clock. */
  times: number;
  /** w: times that a window of held bundles spans. */
  windowTimes: number;
  missing: number;
  /** Probability density of a missing bundle's place, by its distance below the clock as a share of T, 0 to 1. */
  density: (below: number) => number;
  /** Probability that an offer finds a bundle missing in its window, 0 to 1. */
  seen: number;
}

/** What the draws find. */
export interface PivotPrediction {
  /** Windows drawn until everything is found. */
  draws: number;
  /** Offers of these windows that brought something: how many draws, weighted per draw by `cost` of what it found. */
  paid: number;
}

/** Cells per window, at least, and in all. */
const MIN_WINDOW_CELLS = 16;
const MIN_CELLS = 64;
/** Draws are summed over a geometric scale with this factor. */
const FACTOR = 1.15;
/** The sum ends where the rest is less likely than this. */
const RARE = 1e-4;
/** Windows are weighed at every second cell. */
const STRIDE = 2;

interface Grid {
  /** Cells per window. */
  span: number;
  /** Weights of the windows' left ends; their sum is 1. */
  weights: Float64Array;
  /** Missing bundles expected per cell. */
  missing: Float64Array;
  /** Probability that one draw covers the cell. */
  covered: Float64Array;
}

/** `cost` gives the offers that follow a draw that found so many on average. */
export function predictPivot(
  problem: PivotProblem,
  cost: (found: number) => number,
): PivotPrediction {
  const grid = gridOf(problem);
  let draws = 0;
  let paid = 0;
  let from = 0;
  for (let to = 0.25; ; to *= FACTOR) {
    const middle = (from + to) / 2;
    const unfinished = 1 - allFound(grid, problem, middle);
    draws += (to - from) * unfinished;
    paid += (to - from) * paying(grid, problem.seen, middle, cost);
    if (unfinished < RARE) return { draws, paid };
    from = to;
  }
}

function gridOf({ times, windowTimes, missing, density }: PivotProblem): Grid {
  const ratio = Math.max(1, times / windowTimes);
  const count = Math.max(MIN_CELLS, Math.ceil(MIN_WINDOW_CELLS * ratio));
  const span = Math.round(count / ratio);
  const weights = new Float64Array(count - span + 1);
  const shares = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const [below, above] = [1 - (i + 1) / count, 1 - i / count];
    const mass = Math.exp(-2 * below) - Math.exp(-2 * above) + Math.exp(-2) * (above - below);
    const last = weights.length - 1;
    if (i >= last) weights[last]! += mass;
    else {
      weights[i]! += mass / 2;
      weights[Math.max(0, i - span + 1)]! += mass / 2;
    }
    shares[i] = density((below + above) / 2);
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  const covered = new Float64Array(count).map((_, i) => {
    return weights.subarray(Math.max(0, i - span + 1), i + 1).reduce((sum, w) => sum + w, 0);
  });
  return { span, weights, covered, missing: shares.map((share) => (missing * share) / total) };
}

/**
 * Probability that n draws found everything. With less than one missing bundle per window they are found independently
 * of each other: the coupon collector with unequal coupons. Otherwise neighbours share their windows: the probability
 * that no uncovered cell has a missing bundle, by the distance to the last left end, cell after cell; times that of no
 * covered one being overlooked.
 */
function allFound(grid: Grid, { seen, missing }: PivotProblem, n: number): number {
  const { covered } = grid;
  const perWindow = Math.max(...windowSums(grid.missing, grid.span));
  if (perWindow < 1) {
    let one = 0;
    grid.missing.forEach((expected, i) => {
      one += (expected / missing) * (1 - Math.exp(-n * covered[i]! * seen));
    });
    return one ** missing;
  }
  return (
    noneUncovered(grid, n, [0, covered.length], 1) *
    noneOverlooked(grid, n, [0, covered.length], seen, 1)
  );
}

/**
 * Probability that nothing covered is left in [from, to) because it was a false positive each time. Two places share
 * the fewer draws the farther they are apart, none at a window's distance: taken as all of them within half a window.
 */
function noneOverlooked(
  { span, missing, covered }: Grid,
  n: number,
  [from, to]: readonly [number, number],
  seen: number,
  visible: number,
): number {
  const half = Math.ceil(span / 2);
  let none = 1;
  for (let end = to; end > from; end -= half) {
    let [expected, draws] = [0, 0];
    for (let i = Math.max(from, end - half); i < end; i++) {
      expected += missing[i]!;
      draws += missing[i]! * n * covered[i]!;
    }
    if (expected > 0) none *= nothingLeft(draws / expected, expected * visible, seen);
  }
  return none;
}

/** Probability that no uncovered cell of [from, to) has a missing bundle that one offer would see. */
function noneUncovered(
  grid: Grid,
  n: number,
  [from, to]: readonly [number, number],
  seen: number,
): number {
  const { span, weights, missing } = grid;
  // By the distance to the last left end; the last entry stands for all that no longer cover the cell.
  const state = new Float64Array(span + 1);
  state[span] = 1;
  for (let i = Math.max(0, from - span + 1); i < to; i++) {
    const none = Math.exp(-n * (weights[i] ?? 0));
    const sum = state.reduce((all, one) => all + one, 0);
    const uncovered: number = (state[span]! + state[span - 1]!) * none;
    for (let age = span - 1; age > 0; age--) state[age] = state[age - 1]! * none;
    state[0] = sum * (1 - none);
    state[span] = i < from ? uncovered : uncovered * Math.exp(-missing[i]! * seen);
  }
  return state.reduce((all, one) => all + one, 0);
}

/** Mean cost of what the n-th draw finds. */
function paying(grid: Grid, seen: number, n: number, cost: (found: number) => number): number {
  const { span, weights, missing, covered } = grid;
  const unfound = missing.map((expected, i) => expected * seen * Math.exp(-n * covered[i]! * seen));
  const found = windowSums(unfound, span);
  let mean = 0;
  for (let i = 0; i < weights.length; i += STRIDE) {
    let weight = 0;
    for (let k = i; k < Math.min(i + STRIDE, weights.length - 1); k++) weight += weights[k]!;
    mean += weight * worth(i);
  }
  // The newest window weighs so much that it is taken by itself.
  return mean + weights.at(-1)! * worth(weights.length - 1);

  function worth(i: number): number {
    const window = [i, i + span] as const;
    const nothing =
      noneUncovered(grid, n, window, seen) * noneOverlooked(grid, n, window, seen, seen);
    return nothing > 1 - 1e-9 ? 0 : (1 - nothing) * cost(found[i]! / (1 - nothing));
  }
}

/**
 * Probability that of `missing` bundles none is left after this many draws on average that looked at them, at least one
 * of which did: each leaves 1 - seen. The number is Poisson, and the same for all of them: neighbours are looked at
 * together.
 */
function nothingLeft(draws: number, missing: number, seen: number): number {
  const some = -Math.expm1(-draws);
  if (some < 1e-9 || seen === 1) return 1;
  let sum = 0;
  let probability = Math.exp(-draws);
  for (let k = 1; k < draws + 8 * Math.sqrt(draws) + 8; k++) {
    probability *= draws / k;
    sum += probability * Math.exp(-missing * (1 - seen) ** k);
  }
  return sum / some;
}

/** Sums over the windows, by left end. */
function windowSums(values: Float64Array, span: number): Float64Array {
  const sums = new Float64Array(values.length - span + 1);
  let sum = 0;
  values.forEach((value, i) => {
    sum += value;
    if (i >= span) sum -= values[i - span]!;
    if (i >= span - 1) sums[i - span + 1] = sum;
  });
  return sums;
}
