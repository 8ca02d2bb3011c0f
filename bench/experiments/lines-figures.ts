import { round } from "../analysis/statistics.ts";
import type { ColdRun, Line } from "./lines-world.ts";

export const MEGABIT = 1_000_000;

export interface LineCell extends RunFigures {
  roundTripMs: number;
  lossPercent: number;
  mbits: number;
  /** The bundles' bytes over the rate, and two round trips. */
  idealSeconds: number;
  /** Of the ideal. */
  ratio: number;
  /** Of the line's rate, 0 to 1: all that it carried towards the empty node. */
  lineShare: number;
}

/** A cell of the grid. */
export function cellOf(line: Line, run: ColdRun): LineCell {
  const { roundTripMs, loss, bitsPerSecond } = line;
  const idealMs = (run.bundleBytes * 8_000) / bitsPerSecond + 2 * roundTripMs;
  return {
    roundTripMs,
    lossPercent: round(loss * 100, 2),
    mbits: bitsPerSecond / MEGABIT,
    idealSeconds: round(idealMs / 1_000, 3),
    ratio: round(run.ms / idealMs, 2),
    lineShare: round((run.carriedBytes * 8_000) / bitsPerSecond / run.ms, 3),
    ...figuresOf(run),
  };
}

/** A join as reports say it. */
export function figuresOf(run: ColdRun) {
  return {
    done: run.done,
    seconds: round(run.ms / 1_000, 3),
    wireOverBundles: round(run.wireBytes / run.bundleBytes, 3),
    lostDatagrams: run.lostDatagrams,
    longestQueueMs: round(run.longestQueueMs, 1),
    queueP95Ms: round(run.queueP95Ms, 1),
    largestBurstBytes: run.largestBurstBytes,
  };
}

export type RunFigures = ReturnType<typeof figuresOf>;
