import type { Held } from "../sets/held.ts";
import { ChunkedIndex } from "./held-index.ts";

/**
 * What a store holds, in memory: what is compared, those of it that decide over others as a set of their own beside it,
 * and what is set aside.
 */
export class HeldSets {
  readonly index: ChunkedIndex;
  /** A part of `index`. */
  readonly control: ChunkedIndex;
  readonly aside = new ChunkedIndex();
  /** A part of `aside`. */
  readonly #controlAside = new ChunkedIndex();

  /** `control`: a part of `index`. */
  constructor(index = new ChunkedIndex(), control = new ChunkedIndex()) {
    this.index = index;
    this.control = control;
  }

  /** Bundles that decide over others, also those set aside. */
  get controlCount(): number {
    return this.control.size + this.#controlAside.size;
  }

  /** False when it is held. */
  add(held: Held, isControl: boolean): boolean {
    if (this.aside.has(held) || !this.index.add(held)) return false;
    if (isControl) this.control.add(held);
    return true;
  }

  /** False when it is not held. */
  remove(held: Held): boolean {
    if (!this.control.remove(held)) this.#controlAside.remove(held);
    return this.index.remove(held) || this.aside.remove(held);
  }

  /** See BundleStore. */
  setAside(held: Held, isAside: boolean): void {
    move(held, isAside, this.index, this.aside);
    move(held, isAside, this.control, this.#controlAside);
  }
}

function move(held: Held, isAside: boolean, index: ChunkedIndex, aside: ChunkedIndex): void {
  const [from, to] = isAside ? [index, aside] : [aside, index];
  if (from.remove(held)) to.add(held);
}
