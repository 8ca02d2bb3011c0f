import type { SeededRandom } from "../../node/testing/random.ts";

/** How long nodes stay and stay away. Means of exponential distributions, in milliseconds. */
export interface Churn {
  meanSessionMs: number;
  meanAbsenceMs: number;
  /** Probability that a session ends in a crash, not in order. */
  crash: number;
}

/**
 * An exponential draw: how long until something that happens once in `meanMs` on average. By steps of a binary
 * fraction, not by Math.log, whose last bits are not the same in all JavaScript engines.
 */
export function exponential(meanMs: number, random: SeededRandom): number {
  // Von Neumann's method: the length of a descending run of uniform draws says whether the first one counts.
  for (let whole = 0; ; whole++) {
    const first = random.float();
    let last = first;
    let length = 0;
    for (let next = random.float(); next < last; next = random.float()) {
      last = next;
      length++;
    }
    if (length % 2 === 0) return (whole + first) * meanMs;
  }
}
