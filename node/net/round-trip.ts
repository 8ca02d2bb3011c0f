import { LeastOfMinutes } from "./least-of-minutes.ts";

/** RFC 6298, section 2. */
const GAIN = 1 / 8;
const VARIANCE_GAIN = 1 / 4;
const VARIANCES = 4;
/** Before anything was measured: section 2.1 would have 1 s, for lines of another age. */
const UNKNOWN_TIMEOUT_MS = 500;
/** A busy event loop on either side, or a radio that sleeps, makes an answer so much later. */
const LEAST_TIMEOUT_MS = 50;
const MOST_TIMEOUT_MS = 3_000;

/** How long an answer takes on one path: smoothed, and how much it varies (RFC 6298). */
export class RoundTrip {
  #smoothedMs: number | undefined;
  #varianceMs = 0;
  readonly #least = new LeastOfMinutes();

  /**
   * A question was answered so long after it was first sent. One that was sent again tells nothing (Karn), but where
   * nothing is known: else a path that takes longer than the first guess would never be measured.
   */
  answered(ms: number, isRepeated: boolean, now: number): void {
    if (isRepeated && this.#smoothedMs !== undefined) return;
    this.#least.add(ms, now);
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = ms;
      // What was sent again and answered took no longer than that.
      this.#varianceMs = isRepeated ? 0 : ms / 2;
      return;
    }
    const error = Math.abs(this.#smoothedMs - ms);
    this.#varianceMs += VARIANCE_GAIN * (error - this.#varianceMs);
    this.#smoothedMs += GAIN * (ms - this.#smoothedMs);
  }

  /** In ms; undefined before the first measurement. */
  get smoothedMs(): number | undefined {
    return this.#smoothedMs;
  }

  /** The same without what waits in queues: the least of the last minutes. */
  get leastMs(): number | undefined {
    return this.#least.least;
  }

  /** An answer that has not come after so long is late. */
  get timeoutMs(): number {
    if (this.#smoothedMs === undefined) return UNKNOWN_TIMEOUT_MS;
    const timeout = this.#smoothedMs + VARIANCES * this.#varianceMs;
    return Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, timeout));
  }

  /** What was planned for any path, and longer where this one has shown that it takes `timeouts` such times. */
  atLeast(plannedMs: number, timeouts = 1): number {
    return this.#smoothedMs === undefined
      ? plannedMs
      : Math.max(plannedMs, timeouts * this.timeoutMs);
  }
}
