import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Answer, Offer } from "../../wire/message.ts";
import type { Arrivals } from "../bundles/admission.ts";
import type { Context } from "../core/context.ts";
import { Alarm } from "../core/timers.ts";
import type { Path } from "../net/paths.ts";
import type { Backlog } from "./backlog.ts";
import type { Held } from "../sets/held.ts";
import type { Lane } from "../store/store.ts";
import { DatagramArrivals, type Span } from "./cursor/arrivals.ts";

/** A busy node answers later than its line would: that much, and so many times what is late on this path. */
const SLACK_MS = 500;
const TIMEOUTS = 5;
/** The answer's last datagrams are taken as lost when none comes for twice what is late, a few datagrams' time, and: */
const TAIL_SLACK_MS = 30;
const TAIL_TIMEOUTS = 2;
const TAIL_DATAGRAMS = 4;
/** Of fewer datagrams half may be lost by chance. */
const STALLED_DATAGRAMS = 8;
/** No answer takes so many times longer than its path has shown: others are asked for what is left of it. */
const SLOWER = 3;
/** Whom nobody can stand in for is waited for longer, as often as it did not answer. */
const MOST_PATIENCE = 8;
/** After a busy moment of the event loop timers come before the datagrams that wait in the socket. */
const LAST_CALL_MS = 20;
/** Checking and writing what came may take a slow disk so long. */
const STORE_PATIENCE_MS = 10_000;
/** Nothing takes longer, writing included. */
const SESSION_MS = 30_000;
/** A filter or a sketch is answered by so much, about. */
const REPLY_BYTES = 25 * 1024;
/** Of one bundle that was named. */
const NAMED_BYTES = 512;

/**
 * One offer under way: from the request that carries it until all that answers it came, and is stored or dropped where
 * the next offer depends on it; or until patience ends.
 */
export class Session implements Arrivals {
  readonly peer: Address;
  readonly identifier: Uint8Array;
  readonly offer: Offer;
  /** What it is about. */
  readonly lane: Lane;
  readonly path: Path;
  /** Which datagrams of the answer came. */
  readonly arrivals = new DatagramArrivals();
  /** Bundles of this session that reached the store. */
  stored = 0;
  /** Bytes of the datagrams that came. */
  receivedBytes = 0;
  answer: Answer | undefined;
  /** Whether bundles came that wait for the policy. */
  isUndecided = false;
  readonly #ctx: Context;
  readonly #backlog: Backlog;
  readonly #finished: (session: Session) => void;
  readonly #missed: (session: Session, bundle: Held) => void;
  readonly #isDoubted: (peer: Address) => boolean;
  readonly #startMs: number;
  /** When all of the answer should have come, by what its path has shown. */
  readonly #dueMs: number;
  #pending = 0;
  #giveUpMs = 0;
  #heardMs = -Infinity;
  #expected = 0;
  #isLastCall = false;
  readonly #isOnlySource: boolean;
  readonly #patience: Alarm;

  constructor(parts: {
    ctx: Context;
    peer: Address;
    path: Path;
    identifier: Uint8Array;
    offer: Offer;
    lane: Lane;
    backlog: Backlog;
    /** Nobody else has it: it is waited for longer, since its peer may be busy. */
    isOnlySource: boolean;
    /** Called once, unless it is abandoned. */
    finished: (session: Session) => void;
    /** A bundle came and was dropped, perhaps after the end. */
    missed: (session: Session, bundle: Held) => void;
    /** Whether a peer sent bad signatures lately. */
    isDoubted: (peer: Address) => boolean;
  }) {
    const { ctx, path, offer } = parts;
    this.#ctx = ctx;
    this.path = path;
    this.peer = parts.peer;
    this.identifier = parts.identifier;
    this.offer = offer;
    this.lane = parts.lane;
    this.#backlog = parts.backlog;
    this.#finished = parts.finished;
    this.#isOnlySource = parts.isOnlySource;
    this.#missed = parts.missed;
    this.#isDoubted = parts.isDoubted;
    this.#startMs = ctx.now;
    const bytes = expectedBytes(offer);
    const travelMs = (1_000 * (path.underWay + bytes)) / path.bytesPerSecond;
    this.#dueMs = ctx.now + this.#lateMs + SLOWER * travelMs;
    this.#expect(bytes);
    this.#patience = new Alarm(ctx.timers, "session", () => this.#patienceEnded());
    this.#wait(ctx.now + this.#lateMs);
  }

  belongs(identifier: Uint8Array, from: Address): boolean {
    return from.key === this.peer.key && equalBytes(identifier, this.identifier);
  }

  answered(answer: Answer): void {
    this.answer = answer;
    this.#heardMs = this.#ctx.now;
    const left = Math.max(0, answer.datagrams - this.arrivals.size);
    this.#expect(Math.min(this.#expected, left * DEFAULT_DATAGRAM_BYTES));
    this.#progress();
  }

  /** A datagram of the answer; `span`: of its bundles, where these were read. */
  datagramArrived(
    datagram: { number: number; sentMs: number; bytes: number },
    span: Span | undefined,
  ): void {
    const { number, sentMs, bytes } = datagram;
    if (this.arrivals.has(number)) return this.#ctx.count("datagram came twice");
    const lost = this.arrivals.add(number, span);
    this.path.arrived(this.#ctx.now, { bytes, sentMs, lost });
    this.receivedBytes += bytes;
    this.#heardMs = this.#ctx.now;
    this.#expect(Math.max(0, this.#expected - bytes));
    this.#progress();
  }

  /** What its peer was asked for later comes by now: no more of this answer will, since a path keeps to the order. */
  overtaken(): void {
    if (this.#giveUpMs !== Infinity && this.offer.kind === "cursor") this.#finish();
  }

  pending(): void {
    this.#pending++;
    this.#backlog.pending();
  }

  settled(stored: boolean): void {
    this.#pending--;
    if (stored) this.stored++;
    this.#progress();
    this.#backlog.settled();
  }

  missed(bundle: Held): void {
    this.#missed(this, bundle);
    this.settled(false);
  }

  undecided(): void {
    this.isUndecided = true;
  }

  /** Whether it brought something: bundles that are in the store, or on their way from somebody who is not doubted. */
  get hasPaid(): boolean {
    return this.stored > 0 || (this.#pending > 0 && !this.#isDoubted(this.peer));
  }

  /** Whether it showed the whole difference, and nothing came of it for us: what the peer sent was refused. */
  get yieldedNothing(): boolean {
    const { offer, answer, stored } = this;
    if (offer.kind !== "sketch" || offer.subset.modulo > 1 || answer === undefined) return false;
    const { undecoded, coming, more } = answer;
    // What the peer expects of others may not come from them.
    const isWhole = undecoded === undefined && coming === undefined && !more;
    return isWhole && this.hasCome && stored === 0;
  }

  /** Whether nothing shows yet that the request came to its peer. */
  get isUnheard(): boolean {
    return this.answer === undefined && this.arrivals.size === 0;
  }

  /** Whether the peer's budget was spent, and nothing was looked at. */
  get isRefused(): boolean {
    return this.answer?.more === true && this.answer.datagrams === 0;
  }

  /** Whether more is lacking than a line loses. */
  get isStalled(): boolean {
    const { datagrams = 0 } = this.answer ?? {};
    return datagrams >= STALLED_DATAGRAMS && !this.#hasHalf;
  }

  /** Whether all that was announced came. */
  get hasCome(): boolean {
    return this.answer !== undefined && this.arrivals.size >= this.answer.datagrams;
  }

  get #hasHalf(): boolean {
    return this.answer !== undefined && this.arrivals.size >= this.answer.datagrams / 2;
  }

  /** Forgets it: nothing is waited for any more. */
  abandon(): void {
    this.#patience.cancel();
    this.#giveUpMs = Infinity;
    this.#expect(0);
  }

  /** So many times longer than usual it is waited for. */
  get #times(): number {
    return this.#isOnlySource ? Math.min(MOST_PATIENCE, 2 ** this.path.stalls) : 1;
  }

  /** How long an answer may take to begin. */
  get #lateMs(): number {
    return this.#times * (SLACK_MS + TIMEOUTS * this.path.roundTrip.timeoutMs);
  }

  /** How long nothing may come while something is expected. */
  get #tailMs(): number {
    const datagramsMs =
      (1_000 * TAIL_DATAGRAMS * DEFAULT_DATAGRAM_BYTES) / this.path.bytesPerSecond;
    return (
      this.#times * (TAIL_SLACK_MS + TAIL_TIMEOUTS * this.path.roundTrip.timeoutMs + datagramsMs)
    );
  }

  #progress(): void {
    this.#isLastCall = false;
    // Stragglers of a finished session count, and change nothing.
    if (this.#giveUpMs === Infinity) return;
    const isSettled = this.#pending === 0;
    // What is lost of it was lost as any line loses: its peer answers, and what does not come is not waited for long.
    if (this.#hasHalf) this.path.stalls = 0;
    // Parts of everything never overlap, so that the next one need not wait for the disk.
    if (this.hasCome && (isSettled || this.offer.kind === "cursor")) return this.#finish();
    if (this.hasCome) return this.#wait(this.#ctx.now + STORE_PATIENCE_MS);
    // The response may be lost, while all that follows it comes.
    if (this.answer !== undefined || this.arrivals.size > 0) this.#waitForTail();
  }

  #waitForTail(): void {
    const heardMs = Math.max(this.#heardMs, this.path.lastArrivedMs);
    this.#wait(Math.min(heardMs + this.#tailMs, this.#dueMs));
  }

  /** Moves the moment of giving up; the one timer finds out when it fires, since this happens per datagram. */
  #wait(untilMs: number): void {
    this.#giveUpMs = Math.min(untilMs, this.#startMs + SESSION_MS);
    if (this.#giveUpMs < this.#patience.at) this.#patience.set(this.#giveUpMs);
  }

  #patienceEnded(): void {
    const { now } = this.#ctx;
    // What its peer sends for others of our offers comes first.
    if (!this.hasCome && this.answer !== undefined) this.#waitForTail();
    if (now < this.#giveUpMs) return this.#patience.set(this.#giveUpMs);
    if (!this.#isLastCall) {
      this.#isLastCall = true;
      return this.#patience.set(now + LAST_CALL_MS);
    }
    if (this.isStalled) this.path.stalled(this.receivedBytes, now - this.#startMs, now);
    this.#finish();
  }

  #finish(): void {
    this.abandon();
    this.#finished(this);
  }

  /** Of what is under way on the path, so much is this one's. */
  #expect(bytes: number): void {
    this.path.awaits(bytes - this.#expected);
    this.#expected = bytes;
  }
}

/** How much is to come, about. */
function expectedBytes(offer: Offer): number {
  if (offer.kind === "cursor") return offer.bytes;
  return offer.kind === "ids" ? offer.places.length * NAMED_BYTES : REPLY_BYTES;
}
