/**
 * New bundles in a second, up to which each is told on its own; beyond it offers are cheaper, since one carries many.
 * Some more may come at once.
 */
const TOLD_PER_SECOND = 32;
const TOLD_AT_ONCE = 64;

/**
 * New bundles in a second times contacts, up to which no contact waits long for its notice: one a second among twenty.
 * Who has few contacts need not spare any, and each of them may depend on it.
 */
const CALM_NOTICES_PER_SECOND = 20;
/** One contact hears what we hold no more often than that, and less often where more is written, */
const INTERVAL_MS = 100;
/** but so often that 99 % have it within two seconds, a few nodes after each other: what notices cost is saved by then. */
export const MOST_INTERVAL_MS = 1_000;
/** Over so long new bundles are counted, at least. */
const COUNTED_MS = 5_000;

/** Whether so many bundles are written that they are left to offers; else how often contacts are told of them. */
export class Load {
  #left = TOLD_AT_ONCE;
  #atMs = -Infinity;
  #sinceMs = -Infinity;
  /** New bundles since then, and in as long a time before. */
  #counted = 0;
  #before = 0;
  #contacts = 0;

  /** So many hear of what is new. */
  hear(contacts: number): void {
    this.#contacts = contacts;
  }

  /** So many more. What is left to offers counts as well, so that this does not come and go. */
  count(bundles: number, now: number): void {
    this.#turn(now);
    this.#counted += bundles;
    this.#spend(bundles, now);
  }

  /**
   * Least time between two notices to one contact. Where five bundles are written in a second, a datagram for each and
   * every contact is nine tenths of all that a node sends. Contacts' times differ, so the first of them hears nearly as
   * soon, and tells others.
   */
  intervalMs(now: number): number {
    this.#turn(now);
    const share = (now - this.#sinceMs) / COUNTED_MS;
    const counted = this.#counted + (1 - share) * this.#before;
    const calm = (CALM_NOTICES_PER_SECOND * COUNTED_MS) / 1_000;
    const load = (counted * this.#contacts) / calm;
    return Math.min(MOST_INTERVAL_MS, INTERVAL_MS * Math.max(1, load));
  }

  /** How much longer that is than where little is written. */
  waitMs(now: number): number {
    return this.intervalMs(now) - INTERVAL_MS;
  }

  #turn(now: number): void {
    if (now < this.#sinceMs + COUNTED_MS) return;
    this.#before = now < this.#sinceMs + 2 * COUNTED_MS ? this.#counted : 0;
    this.#sinceMs = now;
    this.#counted = 0;
  }

  #spend(bundles: number, now: number): void {
    const earned = ((now - this.#atMs) * TOLD_PER_SECOND) / 1_000;
    this.#left = Math.max(-TOLD_AT_ONCE, Math.min(TOLD_AT_ONCE, this.#left + earned) - bundles);
    this.#atMs = now;
  }

  isHigh(now: number): boolean {
    this.#spend(0, now);
    return this.#left <= 0;
  }
}
