import { BoundedMap } from "../candidates/bounded-map.ts";

/** How fast buckets fill, how much they hold, and how many there are at most. */
export interface Rate {
  perSecond: number;
  burst: number;
  most: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** A token bucket per key: what each of many may draw, on average and at once. Who draws more than is left owes it. */
export class TokenBuckets {
  /** What may be drawn at once. */
  readonly burst: number;
  readonly #perSecond: number;
  /** BOUNDED: by `most`; the one that drew longest ago makes room. */
  readonly #buckets: BoundedMap<string, Bucket>;

  constructor({ perSecond, burst, most }: Rate) {
    this.#perSecond = perSecond;
    this.burst = burst;
    this.#buckets = new BoundedMap(most);
  }

  /** What may be drawn at monotonic millisecond `now`. */
  available(key: string, now: number): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.burst;
    const earned = ((now - bucket.atMs) * this.#perSecond) / 1_000;
    return Math.min(this.burst, bucket.left + earned);
  }

  /** Takes one, if there is one. */
  take(key: string, now: number): boolean {
    if (this.available(key, now) < 1) return false;
    this.spend(key, 1, now);
    return true;
  }

  /** How many have drawn something that they have not earned back yet. */
  drawing(now: number): number {
    let drawing = 0;
    for (const key of this.#buckets.keys()) {
      if (this.available(key, now) < this.burst) drawing += 1;
    }
    return drawing;
  }

  spend(key: string, amount: number, now: number): void {
    const left = this.available(key, now) - amount;
    this.#buckets.set(key, { left, atMs: now });
  }
}
