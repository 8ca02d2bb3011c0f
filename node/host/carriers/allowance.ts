/**
 * What somebody may send who does not take part yet: a first contact takes some ten datagrams. Each costs us a few
 * microseconds, so MAX_LINKS such strangers together have less than a tenth of a processor.
 */
const STRANGER_PER_SECOND = 100;
const STRANGER_BURST = 200;
/** What came at once and makes a pause longer than that is a flood: 64 KiB may hold 9,000 messages of nothing. */
const LONGEST_PAUSE_MS = 20_000;

/** What one link has sent, messages and pings alike, and how long nothing more is read of it for that. */
export class Allowance {
  #owed = 0;
  #atMs: number;

  constructor(now: number) {
    this.#atMs = now;
  }

  /** One more came. Returns for how long to read nothing, in ms; Infinity: it floods us. `isKnown` is asked rarely. */
  spend(now: number, isKnown: () => boolean): number {
    const earned = ((now - this.#atMs) * STRANGER_PER_SECOND) / 1_000;
    this.#owed = Math.max(0, this.#owed - earned) + 1;
    this.#atMs = now;
    if (this.#owed <= STRANGER_BURST) return 0;
    if (isKnown()) {
      this.#owed = 0;
      return 0;
    }
    const pauseMs = ((this.#owed - STRANGER_BURST) * 1_000) / STRANGER_PER_SECOND;
    return pauseMs > LONGEST_PAUSE_MS ? Infinity : pauseMs;
  }
}
