import { FairShare, type SharePlace } from "../../candidates/fair-share.ts";
import type { Address } from "../../wire/address.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { shareGroup } from "../../wire/address-scope.ts";

/** They come again by later offers. */
const MAX_AWAITING = 512;

/** A bundle whose signature nobody checked yet, and who sent it. */
export interface Unchecked {
  readonly bundle: Bundle;
  readonly from: Address;
}

interface Kept {
  readonly key: string;
  readonly unchecked: Unchecked;
  place: SharePlace<Kept> | undefined;
}

/**
 * Bundles that wait for a grant or the policy. They are not verified, so each sender's copy is kept. BOUNDED: by
 * MAX_AWAITING; the oldest of the address group that sent most makes room.
 */
export class Awaiting {
  readonly #kept = new Map<string, Kept>();
  readonly #share = new FairShare<Kept>();

  get size(): number {
    return this.#kept.size;
  }

  add(unchecked: Unchecked): void {
    const group = shareGroup(unchecked.from);
    const key = `${unchecked.bundle.key} ${group}`;
    const known = this.#kept.get(key);
    if (known !== undefined) this.#remove(known);
    const kept: Kept = { key, unchecked, place: undefined };
    this.#kept.set(key, kept);
    kept.place = this.#share.add(kept, group);
    if (this.size > MAX_AWAITING) this.#remove(this.#share.mostSpared()!);
  }

  /** All of them, which wait no longer. */
  takeAll(): Unchecked[] {
    const all = [...this.#kept.values()];
    for (const kept of all) this.#remove(kept);
    return all.map(({ unchecked }) => unchecked);
  }

  #remove(kept: Kept): void {
    this.#kept.delete(kept.key);
    this.#share.remove(kept.place!);
  }
}
