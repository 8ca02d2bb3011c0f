import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { Held } from "../sets/held.ts";
import type { Compared, HeldIndex } from "../store/store.ts";
import { fits } from "./packing.ts";

/** How much answers an offer, and what of it comes first, if anything does. */
export interface ReplyLimit {
  replyBytes: number;
  /** Of a datagram, as if it were not sealed: what is larger is withheld. All bundles fit by default. */
  datagramBytes?: number;
  first?: HeldIndex | undefined;
}

/** What an offer calls for. */
export interface Found {
  bundles: WireBundle[];
  /** Bundles that no datagram to the offer's sender has room for. */
  withheld: number;
}

export const NOTHING: Found = { bundles: [], withheld: 0 };

/**
 * The bundles that answer one offer. As in the original, the reply ends with the bundle that reaches or passes its
 * limit.
 */
export class Reply {
  readonly #first: WireBundle[] = [];
  readonly #others: WireBundle[] = [];
  readonly #store: Compared;
  readonly #comesFirst: HeldIndex | undefined;
  readonly #datagramBytes: number;
  #bytesLeft: number;
  #withheld = 0;

  constructor(store: Compared, { replyBytes, first, datagramBytes = Infinity }: ReplyLimit) {
    this.#store = store;
    this.#comesFirst = first;
    this.#bytesLeft = replyBytes;
    this.#datagramBytes = datagramBytes;
  }

  /** What the offer's sender gets, and how much more it would. */
  get found(): Found {
    return { bundles: [...this.#first, ...this.#others], withheld: this.#withheld };
  }

  get isFull(): boolean {
    return this.#bytesLeft <= 0;
  }

  /** Nothing happens when it was forgotten meanwhile. */
  add(held: Held): void {
    const bundle = this.#store.get(held);
    if (bundle === undefined) return;
    if (!fits(bundle, this.#datagramBytes)) {
      this.#withheld += 1;
      return;
    }
    (this.#comesFirst?.has(held) === true ? this.#first : this.#others).push(bundle);
    this.#bytesLeft -= PUBLIC_KEY_BYTES + bundle.body.length + SIGNATURE_BYTES;
  }
}
