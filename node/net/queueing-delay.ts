import { MAX_SENT_MS } from "../../wire/limits.ts";
import { LeastOfMinutes } from "./least-of-minutes.ts";

/** Nothing waits so long on its way: the sender's clock began anew. */
const IMPLAUSIBLE_MS = 10_000;

/**
 * How long datagrams of one sender wait on their way: by how much longer they take than the fastest of the last
 * minutes. The two clocks need not agree (RFC 6817, section 3.4.2).
 */
export class QueueingDelay {
  /** Differences of the two clocks, as distances from `#origin`. */
  readonly #differences = new LeastOfMinutes();
  #origin: number | undefined;

  /** `sentMs`: by the sender's clock, modulo MAX_SENT_MS. Returns the ms that it waited. */
  of(now: number, sentMs: number): number {
    this.#origin ??= now - sentMs;
    const difference = signed(now - sentMs - this.#origin);
    this.#differences.add(difference, now);
    const waited = difference - this.#differences.least!;
    if (waited < IMPLAUSIBLE_MS) return waited;
    this.#origin = undefined;
    this.#differences.clear();
    return this.of(now, sentMs);
  }
}

/** The distance on a clock that begins anew after MAX_SENT_MS, at most half of that either way. */
export function signed(ms: number): number {
  const distance = ((ms % MAX_SENT_MS) + MAX_SENT_MS) % MAX_SENT_MS;
  return distance < MAX_SENT_MS / 2 ? distance : distance - MAX_SENT_MS;
}
