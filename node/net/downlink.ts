/** A path with less than so many bytes per second is not worth asking: its least answer takes half a second. */
const LEAST_SHARE = 16 * 1024;

/** Who takes part in sharing. */
interface Sharer {
  /** Bytes per second that it could bring. */
  readonly possibleRate: number;
}

/**
 * What the user lets all paths together bring, shared among those in use: equally, but what one cannot bring goes to
 * the others (max-min fairness).
 */
export class Downlink {
  readonly #most: number;
  readonly #mostSharers: number;
  /** Paths with something under way. BOUNDED: by the offers under way. */
  readonly #inUse = new Set<Sharer>();

  /** `most`: bytes per second; Infinity where the user sets no limit. */
  constructor(most: number) {
    this.#most = most;
    this.#mostSharers = Math.max(1, Math.floor(most / LEAST_SHARE));
  }

  /** Whether a path may be asked: few that bring something are better than many that bring nothing. */
  admits(path: Sharer): boolean {
    return this.#inUse.size < this.#mostSharers || this.#inUse.has(path);
  }

  uses(path: Sharer, isInUse: boolean): void {
    if (isInUse) this.#inUse.add(path);
    else this.#inUse.delete(path);
  }

  /** Bytes per second that the path may bring, if it can. */
  shareOf(path: Sharer): number {
    if (this.#most === Infinity) return Infinity;
    const others = [...this.#inUse].filter((other) => other !== path);
    const rates = others.map(({ possibleRate }) => possibleRate).sort((a, b) => a - b);
    let left = this.#most;
    let sharers = rates.length + 1;
    for (const rate of rates) {
      if (rate >= left / sharers) break;
      left -= rate;
      sharers -= 1;
    }
    return left / sharers;
  }
}
