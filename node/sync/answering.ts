import type { Address } from "../../wire/address.ts";
import { MAX_WANTED } from "../../wire/limits.ts";
import type { Answer, BundlesMessage, Holdings, Offer, WireBundle } from "../../wire/message.ts";
import type { ClockBound } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Profile } from "../profile.ts";
import { ReplyBudget } from "../reply-budget.ts";
import type { BundleStore } from "../store/store.ts";
import { missing } from "./filter/answer.ts";
import { answerCursor } from "./cursor/answer.ts";
import type { Epochs } from "./epochs.ts";
import type { Hints } from "./hints.ts";
import { pack } from "./packing.ts";
import { answerSketch, UNDECODABLE } from "./sketch/answer.ts";
import type { Element } from "./sketch/element.ts";
import { Coming, writeElements } from "./sketch/wanted.ts";

/** Whatever a cursor asks for: such a burst a home's uplink carries within a second. */
const MAX_CURSOR_BYTES = 128 * 1024;

/** What an offer calls for: the bundles, and what its answer says besides. */
type Found = { bundles: WireBundle[] } & Omit<Answer, "datagrams">;

/**
 * The answering side: which bundles an offer calls for, in datagrams. It remembers nothing between offers, but for a moment what it
 * asked for itself.
 */
export class Answering {
  readonly #ctx: Context;
  readonly #store: BundleStore;
  readonly #mayAsk: () => boolean;
  readonly #clock: ClockBound;
  readonly #profile: Profile;
  readonly #hints: Hints;
  readonly #epochs: Epochs;
  readonly #budget = new ReplyBudget();
  readonly #coming = new Coming();

  constructor(parts: {
    ctx: Context;
    store: BundleStore;
    /** Whether the disk takes what others would send. */
    mayAsk: () => boolean;
    clock: ClockBound;
    profile: Profile;
    hints: Hints;
    epochs: Epochs;
  }) {
    this.#ctx = parts.ctx;
    this.#store = parts.store;
    this.#mayAsk = parts.mayAsk;
    this.#clock = parts.clock;
    this.#profile = parts.profile;
    this.#hints = parts.hints;
    this.#epochs = parts.epochs;
  }

  holdings(): Holdings {
    const { now } = this.#ctx;
    const fingerprint = this.#hints.fingerprint();
    return {
      count: this.#store.index.size,
      globalTime: this.#clock.time(now),
      admitted: this.#clock.admitted(now),
      ...(fingerprint && { fingerprint }),
    };
  }

  answer(
    offer: Offer,
    identifier: Uint8Array,
    to: Address,
  ): { answer: Answer; datagrams: BundlesMessage[] } {
    const available = this.#budget.available(to, this.#ctx.now);
    if (available <= 0) {
      this.#ctx.count("offer refused: reply budget");
      return { answer: { datagrams: 0, more: true }, datagrams: [] };
    }
    const { bundles, ...answer } = this.#find(offer, to, available);
    const packed = pack(bundles, this.#profile.dense, this.#ctx.datagramBytes);
    this.#budget.spend(to, packed.length * this.#ctx.datagramBytes, this.#ctx.now);
    const datagrams = packed.map((part): BundlesMessage => {
      return { kind: "bundles", identifier, bundles: part };
    });
    return { answer: { datagrams: datagrams.length, ...answer }, datagrams };
  }

  #find(offer: Offer, to: Address, available: number): Found {
    const replyBytes = Math.min(this.#profile.replyBytes, available);
    switch (offer.kind) {
      case "bloom": {
        const { bundles, more, rejected } = missing(this.#store, offer, { replyBytes });
        if (rejected !== undefined) this.#ctx.count(`offer refused: ${rejected}`);
        return { bundles, more };
      }
      case "cursor": {
        const wanted = Math.min(offer.bytes, MAX_CURSOR_BYTES, available);
        const { bundles, reached } = answerCursor(this.#store, offer, { replyBytes: wanted });
        return { bundles, more: reached !== undefined, ...(reached && { reached }) };
      }
      case "sketch": {
        if (!this.#epochs.understands(offer.epoch)) {
          this.#ctx.count("offer refused: epoch");
          return { bundles: [], more: false, undecoded: UNDECODABLE };
        }
        const key = this.#epochs.sketchKey(offer.epoch);
        const { wanted, ...found } = answerSketch(this.#store, key, offer, { replyBytes });
        this.#ctx.count(found.undecoded === undefined ? "sketch decoded" : "sketch not decoded");
        return { ...found, ...this.#want(wanted, to) };
      }
    }
  }

  /** Asks the offer's sender for what we lack, as far as nobody else is sending it and the disk takes it. */
  #want(lacking: Element[], from: Address): Pick<Answer, "wanted" | "coming"> {
    if (!this.#mayAsk()) return {};
    const { now } = this.#ctx;
    const { wanted, coming } = this.#coming.claim(lacking, from.key, MAX_WANTED, now);
    return {
      ...(wanted.length > 0 && { wanted: writeElements(wanted) }),
      ...(coming > 0 && { coming }),
    };
  }
}
