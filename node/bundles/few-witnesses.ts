/**
 * A tracker's answer may reset the candidates, of which each is asked again within ELIGIBLE_DELAY_MS (27.5 s) at the
 * latest.
 */
const PAUSE_MS = 30_000;

/**
 * What counts of the word of few contacts about the overlay's clock: the least that they said for a while, again and
 * again. Less counts at once; a liar that comes between two honest answers, or climbs, gains nothing but time.
 */
export class FewWitnesses {
  #believed = 0;
  /** The least that was said, and since when. */
  #least = Infinity;
  #sinceMs = Infinity;
  #heardMs = -Infinity;

  /** `lowest`: of what they say now; undefined: nobody says anything. Returns what counts; 0: nothing. */
  hear(lowest: number | undefined, patienceMs: number, now: number): number {
    if (now - this.#heardMs > PAUSE_MS) this.reset();
    if (lowest === undefined) return 0;
    this.#heardMs = now;
    if (this.#sinceMs === Infinity) this.#begin(lowest, now);
    this.#least = Math.min(this.#least, lowest);
    this.#believed = Math.min(this.#believed, lowest);
    if (now - this.#sinceMs >= patienceMs) {
      this.#believed = this.#least;
      this.#begin(lowest, now);
    }
    return this.#believed;
  }

  reset(): void {
    this.#believed = 0;
    this.#begin(Infinity, Infinity);
  }

  #begin(least: number, sinceMs: number): void {
    this.#least = least;
    this.#sinceMs = sinceMs;
  }
}
