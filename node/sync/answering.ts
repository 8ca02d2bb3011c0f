import type { Address } from "../../wire/address.ts";
import type { Answer, BundlesMessage, Holdings, Offer } from "../../wire/message.ts";
import type { Context } from "../context.ts";
import type { Profile } from "../profile.ts";
import { ReplyBudget } from "../reply-budget.ts";
import type { BundleStore } from "../store/store.ts";
import { missing } from "./answer.ts";
import type { Hints } from "./hints.ts";
import { pack } from "./packing.ts";

/** The answering side: which bundles an offer calls for, in datagrams. It remembers nothing between offers. */
export class Answering {
  readonly #ctx: Context;
  readonly #store: BundleStore;
  readonly #profile: Profile;
  readonly #hints: Hints;
  readonly #budget = new ReplyBudget();

  constructor(ctx: Context, store: BundleStore, profile: Profile, hints: Hints) {
    this.#ctx = ctx;
    this.#store = store;
    this.#profile = profile;
    this.#hints = hints;
  }

  holdings(): Holdings {
    const { index, clock, admitted } = this.#store;
    const fingerprint = this.#hints.fingerprint();
    return { count: index.size, globalTime: clock, admitted, ...(fingerprint && { fingerprint }) };
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
    const replyBytes = Math.min(this.#profile.replyBytes, available);
    const { bundles, more, rejected } = missing(this.#store, offer, { replyBytes });
    if (rejected !== undefined) this.#ctx.count(`offer refused: ${rejected}`);
    const packed = pack(bundles, this.#profile.dense, this.#ctx.datagramBytes);
    this.#budget.spend(to, packed.length * this.#ctx.datagramBytes, this.#ctx.now);
    const datagrams = packed.map((part): BundlesMessage => {
      return { kind: "bundles", identifier, bundles: part };
    });
    return { answer: { datagrams: datagrams.length, more }, datagrams };
  }
}
