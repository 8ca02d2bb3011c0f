import { signed } from "./queueing-delay.ts";

/** Rounds last for a round trip, and for longer than event loops are busy at a time; and until they tell something. */
export const LEAST_ROUND_MS = 25;
const LEAST_DATAGRAMS = 8;
/** Closer together nothing comes that was not held back. */
const AT_ONCE_MS = 0.3;
/** Of these, the first and the last are compared. */
const COMPARED = LEAST_DATAGRAMS / 2;

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
  /** Of the first datagrams. */
  #leastEarlyMs: number;
  /** How long the last datagrams waited. BOUNDED: to COMPARED. */
  #lastWaitsMs: number[] = [];

  constructor(now: number, { sentMs, waitMs }: Datagram) {
    this.#startMs = now;
    this.#lastMs = now;
    this.#firstSentMs = sentMs;
    this.#lastSentMs = sentMs;
    this.#leastWaitMs = waitMs;
    this.#leastEarlyMs = waitMs;
  }

  add(now: number, { bytes, sentMs, waitMs }: Datagram): void {
    this.#bytes += bytes;
    this.#datagrams += 1;
    this.#lastMs = now;
    this.#lastSentMs = sentMs;
    this.#leastWaitMs = Math.min(this.#leastWaitMs, waitMs);
    if (this.#datagrams < COMPARED) this.#leastEarlyMs = this.#leastWaitMs;
    this.#lastWaitsMs = [...this.#lastWaitsMs.slice(1 - COMPARED), waitMs];
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

  /** Of the last datagram. */
  get lastWaitMs(): number {
    return this.#lastWaitsMs.at(-1) ?? this.#leastWaitMs;
  }

  /** Whether a datagram that comes now comes together with the last one. */
  isAtOnce(now: number): boolean {
    return now - this.#lastMs < AT_ONCE_MS;
  }

  /** By how much the wait grew: what a busy event loop delays comes together, and the last of it hardly waited. */
  get growthMs(): number {
    return Math.min(...this.#lastWaitsMs) - this.#leastEarlyMs;
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
