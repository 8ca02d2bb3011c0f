import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Answer, Offer } from "../../wire/message.ts";
import type { Arrivals } from "../bundles/admission.ts";
import type { Context } from "../core/context.ts";
import { Alarm } from "../core/timers.ts";

/** An offer that nobody answered for so long gives way to the next peer's; a late answer is still welcome. */
const ANSWER_PATIENCE_MS = 3_000;
/** Announced datagrams that do not come for so long are taken as lost. */
const DATAGRAM_PATIENCE_MS = 500;
/** Checking and writing what came may take a slow disk so long. */
const STORE_PATIENCE_MS = 10_000;
/** No answer takes longer, whatever it announces: others want to be asked as well. */
const SESSION_MS = 30_000;

/**
 * Bundles of all sessions on their way to the store, up to which a part of everything is asked for before the last one
 * is on disk: the network need not wait for the disk, and memory stays bounded.
 */
const MAX_AHEAD = 1_024;

/** Counts the bundles of all sessions on their way to the store. */
export interface Backlog {
  bundles: number;
}

/**
 * One offer under way: from the request that carries it until every bundle that answers it is stored or dropped, or
 * patience ends.
 */
export class Session implements Arrivals {
  readonly peer: Address;
  readonly identifier: Uint8Array;
  readonly offer: Offer;
  readonly datagramBytes: number;
  /** Bundles of this session that reached the store. */
  stored = 0;
  /** Datagrams of bundles that came. */
  received = 0;
  answer: Answer | undefined;
  readonly #ctx: Context;
  readonly #backlog: Backlog;
  readonly #finished: (session: Session) => void;
  readonly #endMs: number;
  #pending = 0;
  #giveUpMs = 0;
  readonly #patience: Alarm;

  constructor(parts: {
    ctx: Context;
    peer: Address;
    identifier: Uint8Array;
    offer: Offer;
    backlog: Backlog;
    /** Of the peer's datagrams, at most; by default what UDP has room for. */
    datagramBytes?: number;
    /** Called once, unless it is abandoned. */
    finished: (session: Session) => void;
  }) {
    this.#ctx = parts.ctx;
    this.peer = parts.peer;
    this.identifier = parts.identifier;
    this.offer = parts.offer;
    this.datagramBytes = parts.datagramBytes ?? MAX_DATAGRAM_BYTES;
    this.#backlog = parts.backlog;
    this.#finished = parts.finished;
    this.#endMs = parts.ctx.now + SESSION_MS;
    this.#patience = new Alarm(parts.ctx.timers, "session", () => this.#patienceEnded());
    this.#wait(ANSWER_PATIENCE_MS);
  }

  belongs(identifier: Uint8Array, from: Address): boolean {
    return from.key === this.peer.key && equalBytes(identifier, this.identifier);
  }

  answered(answer: Answer): void {
    this.answer = answer;
    this.#progress();
  }

  datagramArrived(): void {
    this.received++;
    this.#progress();
  }

  pending(): void {
    this.#pending++;
    this.#backlog.bundles++;
  }

  settled(stored: boolean): void {
    this.#pending--;
    this.#backlog.bundles--;
    if (stored) this.stored++;
    this.#progress();
  }

  /** Whether it brought something: bundles that are in the store or on their way. */
  get hasPaid(): boolean {
    return this.stored > 0 || this.#pending > 0;
  }

  /** Whether it showed the whole difference, and nothing came of it for us: what the peer sent was refused. */
  get yieldedNothing(): boolean {
    const { offer, answer, stored, received } = this;
    if (offer.kind !== "sketch" || offer.subset.modulo > 1 || answer === undefined) return false;
    const { datagrams, undecoded, coming, more } = answer;
    // What the peer expects of others may not come from them.
    const isWhole = undecoded === undefined && coming === undefined && !more;
    const hasCome = received >= datagrams;
    return isWhole && hasCome && stored === 0;
  }

  /** Forgets it: nothing is waited for any more. */
  abandon(): void {
    this.#patience.cancel();
    this.#giveUpMs = Infinity;
  }

  get #isSettled(): boolean {
    return this.#pending === 0;
  }

  /** Whether what follows may be asked for although not all is on disk: only parts of everything never overlap. */
  get #mayGoAhead(): boolean {
    return this.offer.kind === "cursor" && this.#backlog.bundles <= MAX_AHEAD;
  }

  #progress(): void {
    // Stragglers of a finished session count, and change nothing.
    if (this.#giveUpMs === Infinity) return;
    const { answer } = this;
    if (answer === undefined) return;
    const hasCome = this.received >= answer.datagrams;
    if (hasCome && (this.#isSettled || this.#mayGoAhead)) this.#finish();
    else this.#wait(this.#isSettled ? DATAGRAM_PATIENCE_MS : STORE_PATIENCE_MS);
  }

  /** Moves the moment of giving up; the one timer finds out when it fires, since this happens per bundle. */
  #wait(patienceMs: number): void {
    this.#giveUpMs = Math.min(this.#ctx.now + patienceMs, this.#endMs);
    if (this.#giveUpMs < this.#patience.at) this.#patience.set(this.#giveUpMs);
  }

  #patienceEnded(): void {
    if (this.#ctx.now < this.#giveUpMs) this.#wait(this.#giveUpMs - this.#ctx.now);
    else this.#finish();
  }

  #finish(): void {
    this.abandon();
    this.#finished(this);
  }
}
