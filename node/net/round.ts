import { signed } from "./queueing-delay.ts";

/** Rounds last for a round trip, and until this tells something. */
export const LEAST_ROUND_MS = 10;
const LEAST_DATAGRAMS = 8;

interface Datagram {
  bytes: number;
  sentMs: number;
  /** On its way, longer than others. */
  waitMs: number;
}

/** Some datagrams of answers in a row: how fast they were sent, how fast they came, and whether they waited. */
export class Round {
  readonly #startMs: number;
  readonly #firstSentMs: number;
  #lastSentMs: number;
  #lastMs: number;
  /** Without the first datagram. */
  #bytes = 0;
  #datagrams = 0;
  #leastWaitMs: number;

  constructor(now: number, { sentMs, waitMs }: Datagram) {
    this.#startMs = now;
    this.#lastMs = now;
    this.#firstSentMs = sentMs;
    this.#lastSentMs = sentMs;
    this.#leastWaitMs = waitMs;
  }

  add(now: number, { bytes, sentMs, waitMs }: Datagram): void {
    this.#bytes += bytes;
    this.#datagrams += 1;
    this.#lastMs = now;
    this.#lastSentMs = sentMs;
    this.#leastWaitMs = Math.min(this.#leastWaitMs, waitMs);
  }

  /** Whether it tells anything. */
  get isTelling(): boolean {
    return this.#datagrams >= LEAST_DATAGRAMS;
  }

  /** From the first to the last arrival. */
  get ms(): number {
    return this.#lastMs - this.#startMs;
  }

  get leastWaitMs(): number {
    return this.#leastWaitMs;
  }

  /** Bytes per second that left. */
  get sentRate(): number {
    return (1_000 * this.#bytes) / Math.max(1, signed(this.#lastSentMs - this.#firstSentMs));
  }

  /** Bytes per second that came. */
  get cameRate(): number {
    return (1_000 * this.#bytes) / Math.max(1, this.ms);
  }

  /** For how long nothing was sent before a datagram that left then. */
  pauseMs(sentMs: number): number {
    return signed(sentMs - this.#lastSentMs);
  }
}
