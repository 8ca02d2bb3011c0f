import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { Held } from "../sets/held.ts";
import type { Compared, HeldIndex } from "../store/store.ts";

/** How much answers an offer, and what of it comes first, if anything does. */
export interface ReplyLimit {
  replyBytes: number;
  first?: HeldIndex | undefined;
}

/**
 * The bundles that answer one offer. As in the original, the reply ends with the bundle that reaches or passes its
 * limit.
 */
export class Reply {
  readonly #first: WireBundle[] = [];
  readonly #others: WireBundle[] = [];
  readonly #store: Compared;
  readonly #comesFirst: HeldIndex | undefined;
  #bytesLeft: number;

  constructor(store: Compared, { replyBytes, first }: ReplyLimit) {
    this.#store = store;
    this.#comesFirst = first;
    this.#bytesLeft = replyBytes;
  }

  get bundles(): WireBundle[] {
    return [...this.#first, ...this.#others];
  }

  get isFull(): boolean {
    return this.#bytesLeft <= 0;
  }

  /** Nothing happens when it was forgotten meanwhile. */
  add(held: Held): void {
    const bundle = this.#store.get(held);
    if (bundle === undefined) return;
    (this.#comesFirst?.has(held) === true ? this.#first : this.#others).push(bundle);
    this.#bytesLeft -= PUBLIC_KEY_BYTES + bundle.body.length + SIGNATURE_BYTES;
  }
}
