import { ENOUGH_TRIES, type FilteringEvidence } from "../../nat/filtering.ts";
import { mayContact } from "../../nat/reach.ts";
import type { Address } from "../../wire/address.ts";
import type { DialBack } from "../../wire/message.ts";
import { specialRange } from "../../wire/address-scope.ts";
import type { Context } from "../core/context.ts";
import type { Questions } from "../net/questions.ts";
import type { Timer } from "../core/timers.ts";

/** Between two tries of one observer, each of which may be three datagrams. */
const INTERVAL_MS = 250;
/** A helper sends at 0, 250 and 750 ms; the rest is for the way from the observer to it and on to us. */
const WAIT_MS = 2_000;
/** An observer refuses more than 3 tries in 5 s: one that did so is asked again, once. */
const REFUSED_PAUSE_MS = 5_000;
const MAX_REFUSALS = 2;
/** Enough for the tries, refusals and tokens that went out of date. */
const MAX_ASKS = 8;

/** A socket that sent to one address only: the observer that is to show who else reaches it. */
export interface Subject {
  readonly via: number;
  readonly observer: Address;
  /** Ours, as the observer sees it. */
  readonly seen: Address;
  /** What the observer gave to that address. */
  readonly token: Uint8Array;
}

/**
 * The filtering test of one fresh socket. Whatever reaches it from elsewhere is evidence. Silence becomes evidence with
 * every try that its observer announces, once all of that try could have come.
 */
export class DialBacks {
  readonly #ctx: Context;
  readonly #questions: Questions;
  readonly #evidence: FilteringEvidence;
  readonly #subject: Subject;
  readonly #met: (helper: Address) => void;
  readonly #done: () => void;
  #token: Uint8Array;
  #asks = 0;
  #announced = 0;
  #refusals = 0;
  /** Tries of which something may still come. */
  #underWay = 0;
  #isAsking = true;
  #isOver = false;
  /** BOUNDED: by the tries and the pauses between. */
  readonly #timers: Timer[] = [];

  constructor(parts: {
    ctx: Context;
    questions: Questions;
    evidence: FilteringEvidence;
    subject: Subject;
    /** A helper was named: somebody should see whether it is there at all. */
    met: (helper: Address) => void;
    /** Nothing more will come of it. */
    done: () => void;
  }) {
    this.#ctx = parts.ctx;
    this.#questions = parts.questions;
    this.#evidence = parts.evidence;
    this.#subject = parts.subject;
    this.#met = parts.met;
    this.#done = parts.done;
    this.#token = parts.subject.token;
    this.#ask();
  }

  /** A puncture came to the socket, of any kind. */
  punctured(from: Address): void {
    const { observer, seen } = this.#subject;
    // Neighbours reach us without our NAT.
    if (specialRange(from.ip) !== specialRange(observer.ip) || from.host === seen.host) return;
    if (from.host !== observer.host) this.#evidence.heard("other address");
    else if (from.port !== observer.port) this.#evidence.heard("other port");
    this.look();
  }

  stop(): void {
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancelled = true;
  }

  #ask(): void {
    const { via, observer } = this.#subject;
    if (++this.#asks > MAX_ASKS) return this.#enough();
    this.#questions.ask({
      to: observer,
      via,
      token: this.#token,
      dialBack: { afterS: 0 },
      answered: (response) => {
        this.#token = new Uint8Array(response.grant);
        if (response.dialBack !== undefined) this.#announce(response.dialBack);
        else if (response.validated) this.#refused();
        else this.#later(INTERVAL_MS, () => this.#ask());
      },
      unanswered: () => this.#enough(),
    });
  }

  #announce({ helper, otherPort }: DialBack): void {
    const { observer } = this.#subject;
    const useful = this.#isUseful(helper) ? helper : undefined;
    if (useful !== undefined) this.#met(useful);
    if (!otherPort && useful === undefined) return this.#enough();
    this.#announced++;
    this.#underWay++;
    this.#later(WAIT_MS, () => {
      this.#underWay--;
      if (otherPort) this.#evidence.tried("other port", otherPortOf(observer));
      if (useful !== undefined) this.#evidence.tried("other address", useful.host);
      this.look();
    });
    if (this.#announced >= ENOUGH_TRIES) return this.#enough();
    this.#later(INTERVAL_MS, () => this.#ask());
  }

  /** Only somebody else's IP is evidence, and only one on the far side of our NAT. */
  #isUseful(helper: Address | undefined): boolean {
    const { observer, seen } = this.#subject;
    if (helper === undefined || !mayContact(helper, observer)) return false;
    return helper.host !== observer.host && helper.host !== seen.host;
  }

  #refused(): void {
    if (++this.#refusals >= MAX_REFUSALS) return this.#enough();
    this.#later(REFUSED_PAUSE_MS, () => this.#ask());
  }

  #enough(): void {
    this.#isAsking = false;
    this.look();
  }

  /** To be called when evidence came from elsewhere: perhaps it is enough. */
  look(): void {
    const isFinished = !this.#isAsking && this.#underWay === 0;
    if (this.#isOver || (!isFinished && this.#evidence.verdict() === "unknown")) return;
    this.stop();
    this.#done();
  }

  #later(delayMs: number, run: () => void): void {
    const due = (): void => {
      if (this.#isOver) return;
      if (this.#evidence.verdict() === "unknown") run();
      else this.look();
    };
    this.#timers.push(this.#ctx.timers.plan("dial-back", this.#ctx.now + delayMs, due));
  }
}

/** How the second port of an observer is called among the senders of a filtering test. */
export function otherPortOf({ host }: Address): string {
  return `${host} other port`;
}
