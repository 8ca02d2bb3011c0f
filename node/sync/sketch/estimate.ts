/** Elements beyond which nothing is told apart: by then no symbol is zero. */
const MOST = 1 << 20;

/**
 * The symbols that `elements` leave occupied, of `length`, on average: symbol i has each with probability 1 / (1 + i /
 * 2).
 */
export function expectedOccupied(elements: number, length: number): number {
  // All are mapped to the first one.
  let occupied = elements > 0 && length > 0 ? 1 : 0;
  for (let i = 1; i < length; i += 1) occupied += 1 - (i / (i + 2)) ** elements;
  return occupied;
}

/**
 * How many elements are left in symbols of which so many are occupied. Where all are, it is at least so many: the
 * estimate ends at some 2.5 times the symbols.
 */
export function estimateElements(occupied: number, length: number): number {
  if (occupied === 0) return 0;
  const goal = Math.min(occupied, length - 0.5);
  let [low, high] = [0, MOST];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (expectedOccupied(middle, length) < goal) low = middle;
    else high = middle;
  }
  return high;
}

/** Symbols that a first attempt has at least: what an offer costs besides is several times that. */
const LEAST_SYMBOLS = 24;
/**
 * symbolsFor(d) = SLOPE d + SPREAD sqrt(d) + BASE, fitted to where 99 of 100 differences are found
 * (test/node/sync/sketch).
 */
const SLOPE = 1.3;
const SPREAD = 5;
const BASE = 4;

/**
 * So many symbols that a difference of `elements` is found in 99 of 100 cases: 3.3 times as many for ten, 2.1 for
 * fifty.
 */
export function symbolsFor(elements: number): number {
  return Math.max(LEAST_SYMBOLS, Math.ceil(SLOPE * elements + SPREAD * Math.sqrt(elements) + BASE));
}

/** The largest difference that so many symbols are good for: the inverse of `symbolsFor`. */
export function elementsWithin(symbols: number): number {
  const root = (Math.sqrt(SPREAD ** 2 + 4 * SLOPE * (symbols - BASE)) - SPREAD) / (2 * SLOPE);
  return Math.max(1, Math.floor(root ** 2));
}
