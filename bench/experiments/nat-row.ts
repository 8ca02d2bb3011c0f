import { ascending, quantile, round, wilson } from "../analysis/statistics.ts";
import { opens, type Pair } from "./nat-sides.ts";

/** What came of one trial, in the model or in the lab. */
export interface Trial {
  /** Whether a datagram came back from the other side. */
  opened: boolean;
  /**
   * From when one of both was first named to the other until then; null when nothing was opened, or nobody said when.
   */
  pathMs: number | null;
  /** From the second node's start until it held what the first one has. */
  bundleMs: number | null;
  /** Datagrams of both towards the other until the path was open. */
  probes: number;
  /** NAT entries for the other side on both devices. */
  entries: number;
  /** The first to open the path, or to be given up. */
  strategy: string | null;
  /** Why there is no path, and how long it took until that was said. */
  reason: string | null;
  noPathMs: number | null;
  /** Whether both NATs let in datagrams of the other side; null where nobody counts. */
  crossed: boolean | null;
}

/** One ordered pair of sides, see nat-sides.ts: `a` has the bundle, `b` joins, two trackers know both. */
export interface PairRow {
  a: string;
  b: string;
  trials: number;
  /** Share of the trials in which a path was opened and the bundle came over. */
  success: number;
  /** Its 95 % interval (Wilson). */
  low: number;
  high: number;
  /** From the introduction that names the other side to the first datagram that came back. */
  p50Ms: number | null;
  p95Ms: number | null;
  /** From the joiner's start to its first bundle. */
  bundleP50Ms: number | null;
  bundleP95Ms: number | null;
  /** Datagrams between the two until the path was open, and NAT entries for the other side, of both: the means. */
  probes: number;
  entries: number;
  /** The commonest one, and how often each. */
  strategy: string | null;
  strategies: Record<string, number>;
  /** Why most of the failures failed, and how long it took to say so. */
  reason: string | null;
  noPathP95Ms: number | null;
  /** Whether any strategy can open a path without a mapped port. */
  possible: boolean;
  /** Share of the successes that both NATs saw; null where nobody counts. */
  crossed: number | null;
}

export function rowOf(pair: Pair, trials: readonly Trial[]): PairRow {
  const [a, b] = pair;
  const good = trials.filter(isSuccess);
  const failed = trials.filter((trial) => !isSuccess(trial));
  const [low, high] = wilson(good.length, trials.length);
  const paths = known(good.map(({ pathMs }) => pathMs));
  const bundles = known(good.map(({ bundleMs }) => bundleMs));
  const strategies = tally((good.length > 0 ? good : failed).map(({ strategy }) => strategy));
  const counted = good.filter(({ crossed }) => crossed !== null);
  return {
    a,
    b,
    trials: trials.length,
    success: round(good.length / trials.length, 4),
    low: round(low, 4),
    high: round(high, 4),
    p50Ms: round(quantile(paths, 0.5), 0),
    p95Ms: round(quantile(paths, 0.95), 0),
    bundleP50Ms: round(quantile(bundles, 0.5), 0),
    bundleP95Ms: round(quantile(bundles, 0.95), 0),
    probes: averageOf(trials.map(({ probes }) => probes)),
    entries: averageOf(trials.map(({ entries }) => entries)),
    strategy: strategies[0]?.[0] ?? null,
    strategies: Object.fromEntries(strategies),
    reason: tally(failed.map(({ reason }) => reason))[0]?.[0] ?? null,
    noPathP95Ms: round(quantile(known(failed.map(({ noPathMs }) => noPathMs)), 0.95), 0),
    possible: opens(pair),
    crossed:
      counted.length === 0
        ? null
        : round(counted.filter(({ crossed }) => crossed).length / counted.length, 4),
  };
}

/** Whether a pair counts as one that gets through: at least half of its trials do. */
export function getsThrough({ success }: Pick<PairRow, "success">): boolean {
  return success >= 0.5;
}

export function isSuccess({ opened, bundleMs }: Trial): boolean {
  return opened && bundleMs !== null;
}

function known(values: readonly (number | null)[]): number[] {
  return ascending(values.filter((value) => value !== null));
}

function averageOf(values: readonly number[]): number {
  return round(values.reduce((sum, value) => sum + value, 0) / values.length, 1);
}

/** The commonest first. */
function tally(words: readonly (string | null)[]): [string, number][] {
  /** BOUNDED: by the trials. */
  const counts = new Map<string, number>();
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}
