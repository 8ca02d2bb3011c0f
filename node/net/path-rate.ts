import type { RateLimit } from "../core/engine-status.ts";
import { Loss } from "./loss.ts";
import { PacketTrain } from "./packet-train.ts";
import { QueueingDelay } from "./queueing-delay.ts";
import { LEAST_ROUND_MS, Round } from "./round.ts";

/** At first, ten full datagrams in a round trip (RFC 6928), which is taken to be no shorter than this. */
const FIRST_BYTES = 12 * 1024;
const LEAST_FIRST_MS = 5;
/** Below this a bundle takes longer than anybody waits. */
export const LEAST_RATE = 32 * 1024;
/** Of the best that came, so much is asked for whatever waits: beside a flow that never ends all comes once. */
const LEAST_SHARE = 0.1;
/** More than one thread can check. */
export const MOST_RATE = 64 * 1024 * 1024;

/** What may wait in the narrowest place because of us: a call beside does not hear it (RFC 6817 has 100). */
const TARGET_MS = 14;
/** What clocks of 1 ms and busy event loops look like. */
const NOISE_MS = 5;
/** Twice the target: a rate that makes so much wait is far too high. */
const ALARMING_MS = 2 * TARGET_MS;
/** By how much the rate moves in a round: less on long paths, where it shows late (so that it does not swing). */
const GAIN = 0.2;
const GAIN_ROUND_TRIP_MS = 40;
/** While nothing has been seen of a limit. */
const START_GAIN = 2;
/** So far beyond what a train showed, without a queue, it was wrong. */
const DISPROOF = 1.5;
/** Back to what the path carried before the rate fell, or near it. */
const REGAIN = 1.5;
const NEAR_TOP = 0.8;
/** A sender that used so much of the rate shows what the path carries; who had less to send does not. */
const USED_SHARE = 0.7;
/** Of what leaves in a while, less comes in that while where a queue is growing. */
const THROUGH_SHARE = 0.85;
/** What was held back for a moment comes so many times faster than it was sent. */
const HELD_TIMES = 4;
/** Loss alone says little (a radio loses as well): with a queue it is the queue's, and so much of it is always. */
const LOSS_WITH_QUEUE = 0.02;
const LOSS_OF_QUEUE = 0.15;
/** By how much the rate falls at most when an answer does not come. */
const STALLED_SHARE = 0.25;
/** A pause of a sender is longer than its busy event loop and so many bytes take. */
const PAUSE_MS = 10;
const PAUSE_BYTES = 4 * 1024;

/**
 * How fast a peer is asked to send to us, learnt from what arrives: datagrams carry their number and when they left. As
 * long as nothing waits on the way the rate grows; when something does, it falls below what arrives until the queue is
 * gone, so that whoever else uses the line goes first (as LEDBAT++ does; RFC 6817). Loss alone does not slow it.
 */
export class PathRate {
  readonly #delay = new QueueingDelay();
  readonly #loss = new Loss();
  #rate: number | undefined;
  #round: Round | undefined;
  #isStarting = true;
  #limit: RateLimit = "starting";
  readonly #train = new PacketTrain();
  /** What the narrowest place lets through, by what came at once while starting. */
  #narrowest = Infinity;
  #waitMs = 0;
  /** From where the rate fell last, when it was not falling already. */
  #top = 0;
  /** At which bytes ever came. */
  #highest = 0;
  /** When the rate last fell: what that did shows a round trip later. */
  #fellMs = -Infinity;
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
    return this.#loss.share;
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
    { bytes, sentMs, lost }: { bytes: number; sentMs: number; lost: number },
    rttMs: number,
  ): void {
    this.#delivered += bytes;
    this.#loss.arrived(lost);
    const datagram = { bytes, sentMs, waitMs: this.#delay.of(now, sentMs) };
    if (this.#isStarting) this.#narrowest = this.#train.arrived(now, datagram) ?? this.#narrowest;
    const round = this.#round;
    const pauseMs = PAUSE_MS + (1_000 * PAUSE_BYTES) / this.rate(rttMs);
    const isPaused = round?.isAtOnce(now) === false && round.pauseMs(sentMs) > pauseMs;
    if (round === undefined) this.#round = new Round(now, datagram);
    else if (!isPaused && !this.#isOver(round, now, rttMs)) round.add(now, datagram);
    else {
      // A burst tells as much as a stream, as far as it goes; the pause after it tells nothing.
      if (round.isTelling) this.#conclude(round, now, rttMs);
      this.#round = new Round(now, datagram);
    }
  }

  /** An answer ended with so many bytes per second, and not with all of it. Or the peer was busy for a moment. */
  stalled(bytesPerSecond: number, roundTripMs: number, now: number): void {
    const rate = this.rate(roundTripMs);
    const slower = Math.max(bytesPerSecond, rate * STALLED_SHARE);
    if (slower < rate) this.#set(slower, "stalled", now);
  }

  /**
   * Whether a round trip is over, or a queue grows so fast that it is not watched for so long. Not among datagrams that
   * come all at once: these waited for us, or for a radio, and only the last of them says what the line is like.
   */
  #isOver(round: Round, now: number, rttMs: number): boolean {
    const { ms, isTelling, lastWaitMs } = round;
    const leastMs = Math.max(rttMs, LEAST_ROUND_MS);
    if (!isTelling || (round.isAtOnce(now) && ms < 2 * leastMs)) return false;
    const isAlarming = lastWaitMs > ALARMING_MS && this.#showsItself(now, rttMs);
    return ms >= leastMs || (isAlarming && ms >= LEAST_ROUND_MS);
  }

  /** Whether what arrives was sent since the rate last fell. */
  #showsItself(now: number, rttMs: number): boolean {
    return now - this.#fellMs > rttMs + ALARMING_MS;
  }

  #conclude(round: Round, now: number, rttMs: number): void {
    const rate = this.rate(rttMs);
    const { cameRate, sentRate } = round;
    // No line lets so much more through than is sent: it waited for us, or for a radio.
    const wasHeld = cameRate > HELD_TIMES * Math.max(rate, sentRate);
    const leastWaitMs = wasHeld ? 0 : round.leastWaitMs;
    this.#waitMs = leastWaitMs;
    this.#highest = Math.max(this.#highest, Math.min(rate, cameRate));
    const isLossy = this.loss > (leastWaitMs > NOISE_MS ? LOSS_WITH_QUEUE : LOSS_OF_QUEUE);
    const gain = this.#gain(rate, leastWaitMs, rttMs);
    const through = sentRate < rate * USED_SHARE ? rate : Math.min(rate, cameRate);
    const isGrowing = round.growthMs > NOISE_MS && cameRate < sentRate * THROUGH_SHARE;
    if (isGrowing) this.#passThrough(rate, cameRate, now);
    else if (leastWaitMs <= TARGET_MS && !isLossy) this.#grow(rate, sentRate, gain, now);
    else if (this.#showsItself(now, rttMs)) {
      this.#isStarting = false;
      this.#set(through * Math.min(1, gain), isLossy ? "loss" : "queue", now);
    }
  }

  /** By what the rate is multiplied, as long as nothing else is seen. */
  #gain(rate: number, waitMs: number, rttMs: number): number {
    // The path carried more a while ago, and whatever stood in the way is gone.
    if (rate < this.#top * NEAR_TOP && waitMs < NOISE_MS) return REGAIN;
    const step = GAIN * Math.min(1, GAIN_ROUND_TRIP_MS / Math.max(1, rttMs));
    return 1 + step * Math.max(-1, (TARGET_MS - waitMs) / TARGET_MS);
  }

  /**
   * So much comes of what is sent faster: what the narrowest place lets through, of a burst as of a stream. Or somebody
   * was busy for a moment, which looks the same: so it falls by half at most.
   */
  #passThrough(rate: number, cameRate: number, now: number): void {
    const most = this.#isStarting ? rate * START_GAIN : rate;
    if (cameRate <= most) this.#isStarting = false;
    this.#set(Math.min(most, Math.max(cameRate, rate / 2)), "queue", now);
  }

  /** By what the sender did send: what it was told last shows a round trip later. */
  #grow(rate: number, sentRate: number, gain: number, now: number): void {
    const doubled = Math.min(Math.min(rate, sentRate) * START_GAIN, this.#narrowest);
    const grown = this.#isStarting ? doubled : Math.min(rate, sentRate) * gain;
    // The train was held up by a busy host, not by the line.
    if (rate > this.#narrowest * DISPROOF) {
      this.#narrowest = Infinity;
      this.#isStarting = true;
    }
    if (doubled === this.#narrowest) this.#isStarting = false;
    if (grown > rate) this.#set(grown, this.#isStarting ? "starting" : "growing", now);
    else this.#limit = "sender";
  }

  #set(rate: number, limit: RateLimit, now: number): void {
    const before = this.#rate ?? 0;
    if (rate < before) {
      this.#fellMs = now;
      if (before >= this.#top * NEAR_TOP) this.#top = before;
    }
    const least = Math.max(LEAST_RATE, this.#highest * LEAST_SHARE);
    this.#rate = Math.min(MOST_RATE, Math.max(least, rate));
    this.#limit = limit;
  }
}
