import type { Bundle } from "../../wire/bundle.ts";
import type { WireBundle } from "../../wire/message.ts";
import { ChunkedIndex } from "./held-index.ts";
import { HeldSets } from "./held-sets.ts";
import { heldOf, type Held, placeKey } from "../sets/held.ts";
import { holds, isControl, isWatched, type BundleStore } from "./store.ts";

/** Entries taken from an index at a time: no walk stays open in between. */
const PAGE_ENTRIES = 256;

/** The part of a commit effect that a store needs. */
export interface Commit {
  add: readonly Bundle[];
  remove: readonly Held[];
  clock: number;
  admitted: number;
}

/**
 * A store that forgets everything at its end: for the simulator, for tests and for pages in a browser.
 *
 * BOUNDED: holds what was committed and not removed; whoever commits sets the bound.
 */
export class MemoryStore implements BundleStore {
  readonly #sets = new HeldSets();
  readonly index = this.#sets.index;
  readonly control = this.#sets.control;
  readonly aside = this.#sets.aside;
  clock = 0;
  admitted = 0;
  readonly #bundles: Map<string, WireBundle>;
  readonly #isShared: boolean;
  readonly #watched = new ChunkedIndex();

  /**
   * `shared`: bundles that many stores hold are kept there once, and for ever; what this one holds is what its index
   * has. Of two signatures of one bundle, all serve the one that came first.
   */
  constructor(shared?: Map<string, WireBundle>) {
    this.#isShared = shared !== undefined;
    this.#bundles = shared ?? new Map<string, WireBundle>();
  }

  apply(commit: Commit): void {
    for (const bundle of commit.add) this.#keep(bundle);
    for (const held of commit.remove) this.#forget(held);
    this.clock = commit.clock;
    this.admitted = commit.admitted;
  }

  get(held: Held): WireBundle | undefined {
    return holds(this, held) ? this.#bundles.get(placeKey(held)) : undefined;
  }

  setAside(held: Held, isAside: boolean): void {
    this.#sets.setAside(held, isAside);
  }

  *watched(): Iterable<WireBundle> {
    for (let after: Held | undefined; ;) {
      const page: Held[] = [];
      this.#watched.following(after, (held) => page.push(held) < PAGE_ENTRIES);
      for (const held of page) {
        const bundle = this.get(held);
        if (bundle !== undefined) yield bundle;
      }
      if (page.length < PAGE_ENTRIES) return;
      after = page.at(-1);
    }
  }

  #keep(bundle: Bundle): void {
    const held = heldOf(bundle.header.globalTime, bundle.id);
    if (!this.#sets.add(held, isControl(bundle.header))) return;
    const key = placeKey(held);
    if (!this.#bundles.has(key)) this.#bundles.set(key, bundle);
    if (isWatched(bundle.header)) this.#watched.add(held);
  }

  #forget(held: Held): void {
    this.#sets.remove(held);
    this.#watched.remove(held);
    if (!this.#isShared) this.#bundles.delete(placeKey(held));
  }
}
