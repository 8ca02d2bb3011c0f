import type { Address } from "../../wire/address.ts";
import { shareGroup } from "../../wire/address-scope.ts";
import type { Answer, BundlesMessage, Holdings, Offer } from "../../wire/message.ts";
import { DEFAULT_CLEAR_BYTES } from "../../wire/sealed.ts";
import { wantedElements } from "../../wire/sizes.ts";
import type { ClockBound } from "../bundles/clock-bound.ts";
import type { Context } from "../core/context.ts";
import type { Profile } from "../core/profile.ts";
import { type BundleStore, type Compared, setOf } from "../store/store.ts";
import { TokenBuckets } from "../../nat/token-buckets.ts";
import type { Paths } from "../net/paths.ts";
import type { Scope } from "../net/scope.ts";
import type { Effort, WorkBudget } from "../net/work.ts";
import { missing } from "./filter/bloom-answer.ts";
import { answerCursor } from "./cursor/cursor-answer.ts";
import type { Epochs } from "./epochs.ts";
import type { FingerprintCompare } from "./fingerprint-compare.ts";
import { type Found, NOTHING } from "./reply.ts";
import { answerIds } from "./ids-answer.ts";
import { pack } from "./packing.ts";
import { laneOf } from "./subset.ts";
import { answerSketch, UNDECODABLE } from "./sketch/sketch-answer.ts";
import type { Element } from "../sets/element.ts";
import { InFlightElements, writeElements } from "./sketch/wanted.ts";

/** Whatever a cursor asks for: so much is read and packed in some 3 ms. */
const MAX_CURSOR_BYTES = 256 * 1024;

/**
 * What those of one address group may draw from us: on average more than anybody checks and stores, at once several
 * full replies.
 */
const REPLY_BYTES = { perSecond: 16 * 1024 * 1024, burst: 2 * 1024 * 1024, most: 4_096 };

/** What an offer calls for: the bundles, and what its answer says besides. */
type CalledFor = Found & Omit<Answer, "datagrams" | "withheld">;

/**
 * The answering side: which bundles an offer calls for, in datagrams. It remembers nothing between offers, but for a
 * moment what it asked for itself.
 */
export class Answering {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #paths: Paths;
  readonly #store: BundleStore;
  readonly #mayAsk: () => boolean;
  readonly #clock: ClockBound;
  readonly #profile: Profile;
  readonly #hints: FingerprintCompare;
  readonly #epochs: Epochs;
  readonly #work: WorkBudget;
  readonly #bytes = new TokenBuckets(REPLY_BYTES);
  readonly #coming = new InFlightElements();

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    paths: Paths;
    store: BundleStore;
    /** Whether the disk takes what others would send. */
    mayAsk: () => boolean;
    clock: ClockBound;
    profile: Profile;
    hints: FingerprintCompare;
    epochs: Epochs;
    work: WorkBudget;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#paths = parts.paths;
    this.#store = parts.store;
    this.#mayAsk = parts.mayAsk;
    this.#clock = parts.clock;
    this.#profile = parts.profile;
    this.#hints = parts.hints;
    this.#epochs = parts.epochs;
    this.#work = parts.work;
  }

  holdings(): Holdings {
    const { now } = this.#ctx;
    const fingerprint = this.#hints.fingerprint();
    const control = this.#hints.fingerprint("control");
    const controlCount = this.#store.control.size;
    return {
      count: this.#store.index.size,
      globalTime: this.#clock.time(now),
      admitted: this.#clock.admitted(now),
      ...(fingerprint && { fingerprint }),
      ...(control && { control: { fingerprint: control, count: controlCount } }),
      ...(!this.#mayAsk() && { full: true }),
    };
  }

  answer(
    offer: Offer,
    identifier: Uint8Array,
    to: Address,
    via: number,
  ): { answer: Answer; datagrams: BundlesMessage[] } {
    const { now } = this.#ctx;
    const budget = this.#scope.budgetTo(to, via);
    const room = this.#scope.roomFor(to);
    const group = shareGroup(to);
    const budgeted = this.#bytes.available(group, now);
    const available = Math.min(room, budgeted);
    const effort = this.#work.effort(to, now);
    if (available <= 0 || effort === undefined) {
      const spent = room <= 0 ? "outbox" : budgeted <= 0 ? "reply budget" : "work budget";
      this.#ctx.count(`offer refused: ${spent}`);
      return { answer: { datagrams: 0, more: true }, datagrams: [] };
    }
    const granted = effort.left;
    const { bundles, withheld, ...answer } = this.#find(offer, to, available, effort, budget);
    this.#work.spend(to, granted - effort.left, now);
    const packed = pack(bundles, this.#profile.dense, budget);
    // Whoever takes small datagrams only gets no more of them than others.
    this.#bytes.spend(group, packed.length * Math.max(budget, DEFAULT_CLEAR_BYTES), now);
    const datagrams = packed.map((part, number): BundlesMessage => {
      return { kind: "bundles", identifier, number, bundles: part };
    });
    if (withheld > 0) {
      this.#ctx.count("bundles not sent: larger than datagrams there may be", withheld);
      this.#paths.of(to).withheld.toPeer = withheld;
    }
    return {
      answer: { datagrams: datagrams.length, ...answer, ...(withheld > 0 && { withheld }) },
      datagrams,
    };
  }

  #find(
    offer: Offer,
    to: Address,
    available: number,
    effort: Effort,
    datagramBytes: number,
  ): CalledFor {
    const store = this.#comparedIn(offer);
    if (offer.kind === "ids") {
      const replyBytes = Math.min(this.#profile.replyBytes, available);
      return answerIds(store, offer, { replyBytes, datagramBytes }, effort);
    }
    const first = this.#profile.controlFirst ? this.#store.control : undefined;
    const replyBytes = Math.min(this.#profile.replyBytes, available);
    const limit = { replyBytes, first, datagramBytes };
    switch (offer.kind) {
      case "bloom": {
        const { rejected, examined: _, ...found } = missing(store, offer, limit, effort);
        if (rejected !== undefined) this.#ctx.count(`offer refused: ${rejected}`);
        return found;
      }
      case "cursor": {
        const wanted = Math.min(offer.bytes, MAX_CURSOR_BYTES, available);
        const inOrder = { replyBytes: wanted, datagramBytes };
        const { reached, ...found } = answerCursor(store, offer, inOrder, effort);
        return { ...found, ...(reached && { reached }) };
      }
      case "sketch": {
        if (!this.#epochs.understands(offer.epoch)) {
          this.#ctx.count("offer refused: epoch");
          return { ...NOTHING, more: false, undecoded: UNDECODABLE };
        }
        const key = this.#epochs.sketchKey(offer.epoch);
        const { wanted, ...found } = answerSketch(store, key, offer, limit, effort);
        this.#ctx.count(found.undecoded === undefined ? "sketch decoded" : "sketch not decoded");
        return { ...found, ...this.#want(wanted, to, wantedElements(datagramBytes)) };
      }
    }
  }

  /** What an offer is compared with. */
  #comparedIn(offer: Offer): Compared {
    const index = setOf(this.#store, laneOf(offer));
    return { index, get: (held) => this.#store.get(held) };
  }

  /** Asks the offer's sender for what we lack, as far as nobody else is sending it and the disk takes it. */
  #want(lacking: Element[], from: Address, most: number): Pick<Answer, "wanted" | "coming"> {
    if (!this.#mayAsk()) return {};
    const { now } = this.#ctx;
    const peer = { key: from.key, roundTrip: this.#paths.of(from).roundTrip };
    const { wanted, coming } = this.#coming.reserve(lacking, peer, most, now);
    return {
      ...(wanted.length > 0 && { wanted: writeElements(wanted) }),
      ...(coming > 0 && { coming }),
    };
  }
}
