import { QueueingDelay, signed } from "./queueing-delay.ts";

/** At first, ten full datagrams in a round trip (RFC 6928), which is taken to be no shorter than this. */
const FIRST_BYTES = 12 * 1024;
const LEAST_FIRST_MS = 5;
/** Below this a bundle takes longer than anybody waits. */
export const LEAST_RATE = 16 * 1024;
/** More than one thread can check. */
export const MOST_RATE = 64 * 1024 * 1024;

/** What may wait in the narrowest place of the path because of us: a call beside does not hear it (RFC 6817 has 100). */
const TARGET_MS = 20;
/** What clocks of 1 ms and busy event loops look like. */
const NOISE_MS = 5;
/** By how much the rate moves in a round: less on long paths, where it shows late (so that it does not swing). */
const GAIN = 0.25;
const GAIN_ROUND_TRIP_MS = 40;
/** While nothing has been seen of a limit. */
const START_GAIN = 2;
/** A sender that used so much of the rate shows what the path carries; who had less to send does not. */
const USED_SHARE = 0.7;
/** Of what leaves in a while, less comes in that while where a queue is growing. */
const THROUGH_SHARE = 0.85;

/** A pause of a sender is longer than its busy event loop and so many bytes take. */
const PAUSE_MS = 10;
const PAUSE_BYTES = 4 * 1024;

/** Rounds last for a round trip, and until this tells something. */
const LEAST_ROUND_MS = 10;
const LEAST_DATAGRAMS = 8;
/** Losses are counted over so many datagrams: of 10 % by chance, 15 % is seldom seen. */
const LOSS_DATAGRAMS = 100;
/** Loss alone says little (a radio loses as well): with a queue it is the queue's, and so much of it is always. */
const LOSS_WITH_QUEUE = 0.02;
const LOSS_OF_QUEUE = 0.15;

/** Why the rate is what it is. */
export type RateLimit = "starting" | "sender" | "queue" | "loss" | "growing" | "stalled";

interface Round {
  startMs: number;
  firstSentMs: number;
  lastSentMs: number;
  firstMs: number;
  lastMs: number;
  /** Without the first datagram. */
  bytes: number;
  datagrams: number;
  leastWaitMs: number;
}

/**
 * How fast a peer is asked to send to us, learnt from what arrives: datagrams carry their number and when they left. As
 * long as nothing waits on the way the rate grows; when something does, it falls below what arrives until the queue is
 * gone, so that whoever else uses the line goes first (as LEDBAT++ does; RFC 6817). Loss alone does not slow it.
 */
export class PathRate {
  readonly #delay = new QueueingDelay();
  #rate: number | undefined;
  #round: Round | undefined;
  #isStarting = true;
  #limit: RateLimit = "starting";
  /** Of the last LOSS_DATAGRAMS, about: those that came, and those that did not. */
  #came = 0;
  #lost = 0;
  #loss = 0;
  #waitMs = 0;
  #delivered = 0;

  /** Bytes per second. */
  rate(roundTripMs: number): number {
    return this.#rate ?? (FIRST_BYTES * 1_000) / Math.max(LEAST_FIRST_MS, roundTripMs);
  }

  get limit(): RateLimit {
    return this.#limit;
  }

  /** Share of the datagrams that do not come. */
  get loss(): number {
    return this.#loss;
  }

  /** What waits on the way, in ms. */
  get waitMs(): number {
    return this.#waitMs;
  }

  /** Bytes that came, ever. */
  get delivered(): number {
    return this.#delivered;
  }

  /** `lost`: datagrams that were sent before this one and did not come; negative when one of these comes after all. */
  arrived(
    now: number,
    datagram: { bytes: number; sentMs: number; lost: number },
    rttMs: number,
  ): void {
    const { bytes, sentMs, lost } = datagram;
    this.#delivered += bytes;
    this.#came += 1;
    this.#lost = Math.max(0, this.#lost + lost);
    const waitMs = this.#delay.of(now, sentMs);
    const round = this.#round;
    if (round === undefined || this.#hasPaused(round, sentMs, rttMs)) {
      // A burst tells as much as a stream, as far as it goes.
      if (round !== undefined && round.datagrams >= LEAST_DATAGRAMS) this.#conclude(round, rttMs);
      this.#begin(now, sentMs, waitMs);
      return;
    }
    round.bytes += bytes;
    round.datagrams += 1;
    round.lastMs = now;
    round.lastSentMs = sentMs;
    round.leastWaitMs = Math.min(round.leastWaitMs, waitMs);
    const isLong = now - round.startMs >= Math.max(rttMs, LEAST_ROUND_MS);
    if (!isLong || round.datagrams < LEAST_DATAGRAMS) return;
    this.#conclude(round, rttMs);
    this.#begin(now, sentMs, waitMs);
  }

  /** An answer ended with so many bytes per second, and not with all of it: the rate is no higher than that. */
  stalled(bytesPerSecond: number): void {
    if (bytesPerSecond < (this.#rate ?? Infinity) / 2) this.#set(bytesPerSecond, "stalled");
  }

  #begin(now: number, sentMs: number, waitMs: number): void {
    this.#round = {
      startMs: now,
      firstSentMs: sentMs,
      lastSentMs: sentMs,
      firstMs: now,
      lastMs: now,
      bytes: 0,
      datagrams: 0,
      leastWaitMs: waitMs,
    };
  }

  /** Whether the sender had nothing to send in between: what the round would show is less than the path carries. */
  #hasPaused({ lastSentMs }: Round, sentMs: number, rttMs: number): boolean {
    const pauseMs = PAUSE_MS + (1_000 * PAUSE_BYTES) / this.rate(rttMs);
    return signed(sentMs - lastSentMs) > pauseMs;
  }

  #conclude(round: Round, rttMs: number): void {
    const sentFor = Math.max(1, signed(round.lastSentMs - round.firstSentMs));
    const cameFor = Math.max(1, round.lastMs - round.firstMs);
    const sent = (round.bytes * 1_000) / sentFor;
    const came = (round.bytes * 1_000) / cameFor;
    const rate = this.rate(rttMs);
    this.#waitMs = round.leastWaitMs;
    const isUsed = sent >= rate * USED_SHARE;
    const isLossy = this.#isLossy(round.leastWaitMs);
    const step = GAIN * Math.min(1, GAIN_ROUND_TRIP_MS / Math.max(1, rttMs));
    const gain = 1 + step * Math.max(-1, (TARGET_MS - round.leastWaitMs) / TARGET_MS);
    // What comes is what the narrowest place lets through, where a queue is or grows.
    const through = Math.min(rate, came);
    const isGrowing = cameFor >= LEAST_ROUND_MS && came < sent * THROUGH_SHARE;
    if (isGrowing && isUsed) this.#set(through, "queue");
    else if (round.leastWaitMs > TARGET_MS) this.#set((isUsed ? through : rate) * gain, "queue");
    else if (isLossy) this.#set(through, "loss");
    else if (!isUsed) this.#limit = "sender";
    else if (this.#isStarting && round.leastWaitMs < TARGET_MS / 2) {
      this.#set(rate * START_GAIN, "starting");
      return;
    } else if (this.#isStarting) this.#set(through, "queue");
    else this.#set(rate * gain, "growing");
    if (this.#limit !== "sender") this.#isStarting = false;
  }

  #isLossy(waitMs: number): boolean {
    const datagrams = this.#came + this.#lost;
    if (datagrams < LOSS_DATAGRAMS) return false;
    this.#loss = this.#lost / datagrams;
    this.#came = 0;
    this.#lost = 0;
    return this.#loss > (waitMs > NOISE_MS ? LOSS_WITH_QUEUE : LOSS_OF_QUEUE);
  }

  #set(rate: number, limit: RateLimit): void {
    this.#rate = Math.min(MOST_RATE, Math.max(LEAST_RATE, rate));
    this.#limit = limit;
  }
}
