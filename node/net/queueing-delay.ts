import { MAX_SENT_MS } from "../../wire/limits.ts";

/** The least delay is looked for in so many minutes: clocks of 50 ppm apart drift by 9 ms meanwhile (RFC 6817). */
const MINUTES = 3;
const MINUTE_MS = 60_000;
/** Nothing waits so long on its way: the sender's clock began anew. */
const IMPLAUSIBLE_MS = 10_000;

/**
 * How long datagrams of one sender wait on their way: by how much longer they take than the fastest of the last
 * minutes. The two clocks need not agree (RFC 6817, section 3.4.2).
 */
export class QueueingDelay {
  /** Least difference of the two clocks in each of the last minutes, as a distance from `#origin`. BOUNDED: MINUTES. */
  #least: { minute: number; ms: number }[] = [];
  #origin: number | undefined;

  /** `sentMs`: by the sender's clock, modulo MAX_SENT_MS. Returns the ms that it waited. */
  of(now: number, sentMs: number): number {
    this.#origin ??= now - sentMs;
    const ms = signed(now - sentMs - this.#origin);
    const minute = Math.floor(now / MINUTE_MS);
    const waited = ms - this.#base(ms, minute);
    if (waited < IMPLAUSIBLE_MS) return waited;
    this.#origin = undefined;
    this.#least = [];
    return this.of(now, sentMs);
  }

  #base(ms: number, minute: number): number {
    const current = this.#least.at(-1);
    if (current?.minute === minute) current.ms = Math.min(current.ms, ms);
    else this.#least.push({ minute, ms });
    this.#least = this.#least.filter((least) => least.minute > minute - MINUTES);
    return Math.min(...this.#least.map((least) => least.ms));
  }
}

/** The distance on a clock that begins anew after MAX_SENT_MS, at most half of that either way. */
export function signed(ms: number): number {
  const distance = ((ms % MAX_SENT_MS) + MAX_SENT_MS) % MAX_SENT_MS;
  return distance < MAX_SENT_MS / 2 ? distance : distance - MAX_SENT_MS;
}
