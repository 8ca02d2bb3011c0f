import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Answer, BundlesMessage, Offer } from "../../wire/message.ts";
import { NOBODY, type Admission } from "../admission.ts";
import type { ClockBound } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Profile } from "../profile.ts";
import { heldOf, type BundleStore } from "../store/store.ts";
import type { Timer } from "../timers.ts";
import type { Hints } from "./hints.ts";
import { Offering } from "./reuse.ts";
import { Session } from "./session.ts";

/** An offer that nobody answered for so long gives way to the next peer's; a late answer is still welcome. */
const ANSWER_PATIENCE_MS = 3_000;
/** Announced datagrams that do not come for so long are taken as lost. */
const DATAGRAM_PATIENCE_MS = 500;
/** Checking and writing what came may take a slow disk so long. */
const STORE_PATIENCE_MS = 10_000;
/** No answer takes longer, whatever it announces: others want to be asked as well. */
const SESSION_MS = 30_000;
/** Finished sessions whose stragglers are still taken. */
const MAX_REMEMBERED_SESSIONS = 16;

/**
 * The asking side: one offer at a time, so that two peers do not send the same bundles; and while an offer pays, the
 * next one follows at once.
 */
export class Sync {
  readonly #ctx: Context;
  readonly #store: BundleStore;
  readonly #table: CandidateTable;
  readonly #clock: ClockBound;
  readonly #admission: Admission;
  readonly #offering: Offering;
  readonly #hints: Hints;
  readonly #offerTo: (peer: Address) => void;
  #session: Session | undefined;
  #timer: Timer | undefined;
  #giveUpMs = 0;
  #endMs = 0;
  /** Identifier -> peer of finished sessions. BOUNDED: by MAX_REMEMBERED_SESSIONS. */
  readonly #finished = new Map<string, string>();

  constructor(parts: {
    ctx: Context;
    profile: Profile;
    filterBytes: number;
    store: BundleStore;
    table: CandidateTable;
    clock: ClockBound;
    admission: Admission;
    hints: Hints;
    /** Asks the peer again, with the next offer. */
    offerTo: (peer: Address) => void;
  }) {
    this.#ctx = parts.ctx;
    this.#store = parts.store;
    this.#table = parts.table;
    this.#clock = parts.clock;
    this.#admission = parts.admission;
    this.#hints = parts.hints;
    this.#offerTo = parts.offerTo;
    this.#offering = new Offering({ profile: parts.profile, filterBytes: parts.filterBytes });
  }

  get activePeer(): Address | undefined {
    return this.#session?.peer;
  }

  /**
   * The offer to send to `peer` in the request with this identifier; undefined when one is under way, when it is skipped, or
   * when it waits, unless it is due (`isDue`), for the response that shows whether it is worth its bytes.
   */
  open(peer: Address, identifier: Uint8Array, isDue: boolean): Offer | undefined {
    if (this.#session !== undefined) return undefined;
    if (!isDue && this.#hints.waits(this.#table.get(peer))) return undefined;
    const offer = this.#offering.next({
      peer: peer.key,
      index: this.#store.index,
      clock: this.#store.clock,
      acceptable: this.#clock.acceptable(this.#ctx.now),
      highestCountSeen: this.#highestCountSeen(),
      random: this.#ctx.random,
    });
    if (offer === undefined) return undefined;
    this.#session = new Session(peer, identifier, () => this.#progress());
    this.#endMs = this.#ctx.now + SESSION_MS;
    this.#wait(ANSWER_PATIENCE_MS);
    return offer;
  }

  /** The response to a request of ours: what of its answer concerns the offer. */
  answered(identifier: Uint8Array, from: Address, answer: Answer | undefined): void {
    if (this.#session?.belongs(identifier, from) !== true) return;
    this.#session.answered(answer ?? { datagrams: 0, more: false });
  }

  /** A peer told what it holds before it got an offer: when that is not what we hold, the offer follows at once. */
  told(peer: Address): void {
    const candidate = this.#table.get(peer);
    if (!this.#hints.isOn || candidate?.storesNothing === true) return;
    const standing = this.#hints.standing(candidate);
    if (standing === "same") {
      this.#ctx.count("offer left out: equal sets");
      return this.#offering.settled();
    }
    if (this.#session !== undefined) return;
    if (standing === "ahead") this.#offering.lacks();
    this.#offerTo(peer);
  }

  /** The peer could not answer the offer: it does not count as one. */
  withdraw(identifier: Uint8Array, from: Address): void {
    if (this.#session?.belongs(identifier, from) === true) this.reset();
  }

  /** Bundles that name a request of ours; false when we never sent it, or not to this address. */
  arrived(message: BundlesMessage, from: Address): boolean {
    const { identifier } = message;
    if (identifier === undefined) return false;
    if (this.#session?.belongs(identifier, from) === true) {
      const session = this.#session;
      this.#admission.receive(message.bundles, session);
      session.datagramArrived();
      return true;
    }
    if (this.#finished.get(toHex(identifier)) !== from.key) return false;
    this.#admission.receive(message.bundles, NOBODY);
    return true;
  }

  /** What was committed joins the filter that may be sent again. */
  committed(bundles: Bundle[]): void {
    for (const { header, id } of bundles) this.#offering.stored(heldOf(header.globalTime, id));
  }

  /** Forgets what is under way: the network changed, or the peer is gone. */
  reset(): void {
    this.#timer = cancel(this.#timer);
    this.#session = undefined;
  }

  #progress(): void {
    const session = this.#session;
    if (session === undefined) return;
    if (session.isComplete) return this.#finish(session);
    if (!session.isAnswered) return;
    this.#wait(session.isSettled ? DATAGRAM_PATIENCE_MS : STORE_PATIENCE_MS);
  }

  /** Moves the moment of giving up; the one timer finds out when it fires, since this happens per bundle. */
  #wait(patienceMs: number): void {
    this.#giveUpMs = Math.min(this.#ctx.now + patienceMs, this.#endMs);
    if (this.#timer !== undefined && this.#timer.at > this.#giveUpMs)
      this.#timer = cancel(this.#timer);
    this.#timer ??= this.#ctx.timers.plan(this.#giveUpMs, () => this.#patienceEnded());
  }

  #patienceEnded(): void {
    this.#timer = undefined;
    if (this.#session === undefined) return;
    if (this.#ctx.now < this.#giveUpMs) this.#wait(this.#giveUpMs - this.#ctx.now);
    else this.#finish(this.#session);
  }

  #finish(session: Session): void {
    this.#timer = cancel(this.#timer);
    this.#session = undefined;
    this.#remember(session);
    const candidate = this.#table.get(session.peer);
    if (candidate !== undefined && session.stored > 0) candidate.paidMs = this.#ctx.now;
    const standing = this.#hints.standing(candidate);
    const surplus = (candidate?.count ?? 0) - this.#store.index.size;
    const lacking = Math.max(surplus, standing === "ahead" ? 1 : 0);
    const goesOn = this.#offering.outcome(session.peer.key, session.stored, lacking);
    this.#ctx.count(session.stored > 0 ? "offer paid" : "offer brought nothing");
    if (standing === "same") this.#offering.settled();
    else if (goesOn && session.isAnswered) this.#offerTo(session.peer);
  }

  #remember(session: Session): void {
    this.#finished.set(toHex(session.identifier), session.peer.key);
    if (this.#finished.size <= MAX_REMEMBERED_SESSIONS) return;
    this.#finished.delete(this.#finished.keys().next().value!);
  }

  #highestCountSeen(): number {
    let highest = 0;
    for (const { count } of this.#table.list("contacted", this.#ctx.now)) {
      highest = Math.max(highest, count ?? 0);
    }
    return highest;
  }
}

function cancel(timer: Timer | undefined): undefined {
  if (timer !== undefined) timer.cancelled = true;
  return undefined;
}
