import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { Held } from "../sets/held.ts";
import type { Compared } from "../store/store.ts";

/**
 * The bundles that answer one offer. As in the original, the reply ends with the bundle that reaches or passes its
 * limit.
 */
export class Reply {
  readonly bundles: WireBundle[] = [];
  readonly #store: Compared;
  #bytesLeft: number;

  constructor(store: Compared, bytes: number) {
    this.#store = store;
    this.#bytesLeft = bytes;
  }

  get isFull(): boolean {
    return this.#bytesLeft <= 0;
  }

  /** Nothing happens when it was forgotten meanwhile. */
  add(held: Held): void {
    const bundle = this.#store.get(held);
    if (bundle === undefined) return;
    this.bundles.push(bundle);
    this.#bytesLeft -= PUBLIC_KEY_BYTES + bundle.body.length + SIGNATURE_BYTES;
  }
}
