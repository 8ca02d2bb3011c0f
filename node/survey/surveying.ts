import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import { classOf, isClassified, type NatClass } from "../../nat/strategy.ts";
import type { Message, NatSummary } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import { Survey } from "./survey.ts";
import type { NetState } from "../net/net-state.ts";
import { Alarm } from "../core/timers.ts";
import type { Scope } from "../net/scope.ts";

/** How long the first tracker that answers waits for a second one: a survey with two observers knows more. */
const COMPANY_MS = 150;
/** NATs change with load and over night (RFC 5780 section 1). */
const AGAIN_MS = 60 * 60_000;
/**
 * When something stayed unknown, perhaps for want of a second tracker; doubled each time. Longer than a survey takes.
 */
const FIRST_RETRY_MS = 5 * 60_000;
/** Between two surveys because observers contradict what they said before: a router that begins again does so once. */
const OUTDATED_MS = 60_000;

/** Whom to ask. */
export interface Observers {
  /** In whose name; its nodes may then help. */
  scope?: Scope | undefined;
  addresses: readonly Address[];
}

/** Those that the user named in one overlay. */
export interface NamedObservers extends Observers {
  /** How many of them answered as trackers. */
  trackers: number;
}

/**
 * The survey under way, and, in a node that surveys of its own accord, when the next one begins: as soon as trackers
 * answer, before the first path is needed, and again now and then.
 */
export class Surveying {
  readonly #ctx: Context;
  readonly #netState: NetState;
  /** Absent where surveys are made only when asked for. */
  readonly #named: (() => NamedObservers | undefined) | undefined;
  readonly #classified: () => void;
  /** Of our NAT, as introducers were last told. */
  #announced: NatClass | undefined;
  #survey: Survey | undefined;
  readonly #next: Alarm;
  #retryMs = FIRST_RETRY_MS;
  #isDue = true;
  #begunMs = -Infinity;
  /** Whether the mapping was known since the last survey began. */
  #wasKnown = false;

  constructor(parts: {
    ctx: Context;
    netState: NetState;
    named: (() => NamedObservers | undefined) | undefined;
    /** Our NAT is of another class than was known: introducers have to hear of it before they name us to anybody. */
    classified: () => void;
  }) {
    this.#ctx = parts.ctx;
    this.#next = new Alarm(parts.ctx.timers, "survey", () => this.#beginNamed());
    this.#netState = parts.netState;
    this.#named = parts.named;
    this.#classified = parts.classified;
  }

  /** Begins one; another that is under way is ended. */
  begin({ scope = this.#netState.noOverlay, addresses }: Observers, lifetime: boolean): void {
    this.#end();
    this.#begunMs = this.#ctx.now;
    this.#wasKnown = false;
    this.#survey = new Survey({
      ctx: this.#ctx,
      netState: this.#netState,
      scope,
      observers: addresses,
      lifetime,
      stage: (stage) => this.#ctx.notify({ event: "surveying", stage }),
      learned: (nat) => this.#announce(nat),
      finished: (report) => {
        this.#survey = undefined;
        this.#ctx.notify({ event: "surveyed", report });
        const { mapping, filtering } = report.nat;
        this.#planNext(mapping !== "unknown" && filtering !== "unknown");
      },
    });
    this.#survey.start();
  }

  /** Whether datagrams of this overlay may be the survey's. */
  concerns(overlay: Uint8Array | undefined): boolean {
    return overlay !== undefined && this.#survey !== undefined
      ? equalBytes(overlay, this.#survey.scope.id)
      : false;
  }

  /** Whether the message belongs to the survey; if so it was dealt with. */
  received(message: Message, from: Address, via: number, bytes: number): boolean {
    return this.#survey?.received(message, from, via, bytes) === true;
  }

  /** A tracker that the user named has answered. */
  trackerAnswered(): void {
    if (this.#named === undefined) return;
    if (this.#isOutdated()) {
      this.#netState.forget();
      this.restart();
    }
    if (!this.#isDue) return;
    const trackers = this.#named()?.trackers ?? 0;
    if (trackers >= 2) this.#beginNamed();
    else if (trackers === 1 && !this.#next.isSet) this.#plan(COMPANY_MS);
  }

  /** What was known no longer holds: the network changed, or we slept. */
  restart(): void {
    this.#end();
    this.#next.cancel();
    this.#isDue = true;
    this.#announced = undefined;
    this.#retryMs = FIRST_RETRY_MS;
  }

  /** Observers no longer agree: our router began again, or another one took its place. */
  #isOutdated(): boolean {
    const family = this.#named?.()?.addresses[0]?.family ?? 4;
    const isKnown = this.#netState.nat(family).mapping !== "unknown";
    this.#wasKnown ||= isKnown;
    return !isKnown && this.#wasKnown && this.#ctx.now >= this.#begunMs + OUTDATED_MS;
  }

  #announce(nat: NatSummary): void {
    if (!isClassified(nat) || classOf(nat) === this.#announced) return;
    this.#announced = classOf(nat);
    this.#classified();
  }

  #end(): void {
    this.#survey?.stop();
    this.#survey = undefined;
  }

  #beginNamed(): void {
    this.#next.cancel();
    const named = this.#named?.();
    this.#isDue = named === undefined;
    if (named !== undefined) this.begin(named, true);
  }

  #planNext(isKnown: boolean): void {
    if (this.#named === undefined) return;
    this.#plan(isKnown ? AGAIN_MS : this.#retryMs);
    this.#retryMs = isKnown ? FIRST_RETRY_MS : Math.min(AGAIN_MS, 2 * this.#retryMs);
  }

  #plan(afterMs: number): void {
    this.#next.set(this.#ctx.now + afterMs);
  }
}
