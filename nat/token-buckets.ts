/** How fast buckets fill, and how much they hold. */
export interface Rate {
  perSecond: number;
  burst: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket per key: so much at once, so much per second in the long run. BOUNDED: by `maxKeys`; the one used longest ago is
 * forgotten, so is full again.
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #maxKeys: number;
  /** The one used longest ago first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, maxKeys: number) {
    this.#rate = rate;
    this.#maxKeys = maxKeys;
  }

  /** Takes one token, if there is one. */
  take(key: string, now: number): boolean {
    const { perSecond, burst } = this.#rate;
    const known = this.#buckets.get(key);
    const earned = known === undefined ? 0 : ((now - known.atMs) * perSecond) / 1_000;
    const tokens = Math.min(burst, (known?.tokens ?? burst) + earned) - 1;
    if (tokens < 0) return false;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens, atMs: now });
    if (this.#buckets.size > this.#maxKeys)
      this.#buckets.delete(this.#buckets.keys().next().value!);
    return true;
  }
}
