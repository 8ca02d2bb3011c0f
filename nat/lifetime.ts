/**
 * Idle times tried, each on a socket of its own: the common timers of home and carrier NATs (30 s Linux, 60, 120) and
 * what lies between (RFC 4787 REQ-5 demands 120 s).
 */
export const LIFETIME_TESTS_S: readonly number[] = [30, 45, 60, 90, 120, 180];
/** While nothing is known: below the shortest timer measured in home gateways, 30 s. */
export const START_KEEP_ALIVE_MS = 25_000;
/** Timers shrink with load, and REQ-5 promises no more. */
export const MAX_KEEP_ALIVE_MS = 120_000;
/** Part of the longest confirmed idle time that is relied upon. */
const SAFETY = 0.8;

/**
 * How long a binding of our NAT lives without traffic, from answers that came late on purpose. BOUNDED: by
 * LIFETIME_TESTS_S.
 */
export class LifetimeEvidence {
  readonly #confirmed = new Set<number>();
  readonly #unheard = new Set<number>();

  /** An answer came after so many idle seconds. */
  confirmed(seconds: number): void {
    this.#confirmed.add(seconds);
  }

  /** It was announced by two observers, and neither came. One alone may have been lost. */
  unheard(seconds: number): void {
    this.#unheard.add(seconds);
  }

  /** Largest idle time survived; undefined when none is known. */
  get longestS(): number | undefined {
    return this.#confirmed.size === 0 ? undefined : Math.max(...this.#confirmed);
  }

  /** Smallest idle time, above those survived, that was not; undefined when none is known. */
  get brokenS(): number | undefined {
    const broken = [...this.#unheard].filter((seconds) => seconds > (this.longestS ?? 0));
    return broken.length === 0 ? undefined : Math.min(...broken);
  }

  /** How often to send so that a binding lives. */
  get keepAliveMs(): number {
    if (this.longestS === undefined) return START_KEEP_ALIVE_MS;
    return Math.min(MAX_KEEP_ALIVE_MS, this.longestS * 1_000 * SAFETY);
  }
}
