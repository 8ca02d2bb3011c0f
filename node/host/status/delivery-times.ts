/** How late others' bundles came, from when they were written by their authors' clocks. */
export interface DeliveryText {
  /** Half of them, and 99 of 100, came within so many milliseconds. */
  p50Ms: number;
  p99Ms: number;
  /** How many that is told of: the newest 1,024 at most. */
  bundles: number;
}

/** Ten of them lie above the 99 %. More would not say more, and what changes shows within some hundred bundles. */
const MAX_SAMPLES = 1_024;
/** To know when it was written a sealed bundle has to be opened: so many a second take a thousandth of a processor. */
const LEAST_INTERVAL_MS = 20;

/**
 * The delays of live arrivals: bundles that were written while this node was there, which is since the first one came
 * after it joined, started, woke up or changed its network. Those that it missed tell of its absence, not of the way.
 * An author's clock may be wrong by more than the delay, so that this is only as right as the clocks are; what seems to
 * come before it was written took no time.
 */
export class DeliveryTimes {
  /** BOUNDED: by MAX_SAMPLES, the newest. */
  readonly #delaysMs: number[] = [];
  #next = 0;
  /** By overlay: since when it is there, and in which era. BOUNDED: by the overlays. */
  readonly #there = new Map<string, { era: number; sinceMs: number }>();
  #lookedMs = -Infinity;

  /**
   * A bundle of somebody else came. `era`: of the node, another one after each sleep and each change of network.
   * `written`: tells when by the author's clock, if it says so; both in Unix milliseconds.
   */
  came(
    overlay: string,
    { wallMs, era, written }: { wallMs: number; era: number; written: () => number | undefined },
  ): void {
    const known = this.#there.get(overlay);
    const there = known?.era === era ? known : { era, sinceMs: wallMs };
    this.#there.set(overlay, there);
    if (Math.abs(wallMs - this.#lookedMs) < LEAST_INTERVAL_MS) return;
    this.#lookedMs = wallMs;
    const writtenMs = written();
    if (writtenMs === undefined || writtenMs < there.sinceMs) return;
    this.#delaysMs[this.#next] = Math.max(0, wallMs - writtenMs);
    this.#next = (this.#next + 1) % MAX_SAMPLES;
  }

  /** Null while nothing came that tells. */
  told(): DeliveryText | null {
    const sorted = this.#delaysMs.toSorted((a, b) => a - b);
    const bundles = sorted.length;
    if (bundles === 0) return null;
    const within = (share: number): number => sorted[Math.ceil(share * bundles) - 1]!;
    return { p50Ms: within(0.5), p99Ms: within(0.99), bundles };
  }
}
