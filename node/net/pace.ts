import { DEFAULT_DATAGRAM_BYTES } from "../../wire/limits.ts";

/** Whatever a receiver names, what waits for it has left after so long: nobody fills our memory by being slow. */
const LONGEST_MS = 4_000;
/** A line that nothing is known of takes ten datagrams at once (RFC 6928). */
const FIRST_BURST_BYTES = 10 * DEFAULT_DATAGRAM_BYTES;
/** What a busy event loop was late for is made up for, but no more than that. */
const BURST_MS = 20;
const LEAST_BURST_BYTES = 2 * DEFAULT_DATAGRAM_BYTES;
const MOST_BURST_BYTES = 32 * 1024;
/** After such a pause a line is as at first. */
const PAUSE_MS = 1_000;

/** How fast bundles leave for one address, as it asks for: bytes are earned as time goes on. */
export class Pace {
  #bytesPerMs = Infinity;
  #earned = FIRST_BURST_BYTES;
  #atMs = -Infinity;

  /** `rate`: bytes per second. */
  set(rate: number, now: number): void {
    this.#earnUntil(now);
    this.#bytesPerMs = rate / 1_000;
  }

  /** Earns what time brought; `queued`: bytes that wait. */
  earn(now: number, queued: number): void {
    this.#bytesPerMs = Math.max(this.#bytesPerMs, queued / LONGEST_MS);
    this.#earnUntil(now);
  }

  /** Whether a datagram may leave now. */
  get allows(): boolean {
    return this.#earned > 0;
  }

  spend(bytes: number): void {
    this.#earned -= bytes;
  }

  /** Until the next datagram may leave, in ms. */
  get waitMs(): number {
    return this.#earned > 0 ? 0 : Math.min(LONGEST_MS, (1 - this.#earned) / this.#bytesPerMs);
  }

  #earnUntil(now: number): void {
    const passedMs = now - this.#atMs;
    this.#atMs = now;
    const burst = passedMs >= PAUSE_MS ? FIRST_BURST_BYTES : this.#burst;
    const earned = passedMs > 0 ? passedMs * this.#bytesPerMs : 0;
    this.#earned = Math.max(this.#earned, Math.min(burst, this.#earned + earned));
  }

  get #burst(): number {
    return Math.min(MOST_BURST_BYTES, Math.max(LEAST_BURST_BYTES, this.#bytesPerMs * BURST_MS));
  }
}
