import { MemoryStore, type Commit } from "../../node/store/memory.ts";
import {
  type BundleStore,
  compareHeld,
  type Held,
  type HeldIndex,
  heldOf,
  type Visit,
} from "../../node/store/store.ts";
import type { WireBundle } from "../../wire/message.ts";

/** Own entries fetched at once while two layers are walked together. */
const BATCH_ENTRIES = 32;

/**
 * A node's own layer over a base that many nodes share and nobody changes: what only this node holds, and what of the base it has
 * forgotten. A thousand nodes with a backlog of 100,000 bundles need the memory of one.
 *
 * BOUNDED: as `MemoryStore`, by whoever commits.
 */
export class LayeredStore implements BundleStore {
  readonly index: LayeredIndex;
  clock: number;
  admitted: number;
  readonly #base: BundleStore;
  readonly #own: MemoryStore;
  /** What of the base is forgotten. BOUNDED: by the base. */
  readonly #forgotten = new Set<string>();

  /** `base` must not change any more. `shared`: where all layers keep bundles, once for all. */
  constructor(base: BundleStore, shared: Map<string, WireBundle>) {
    this.#base = base;
    this.#own = new MemoryStore(shared);
    this.index = new LayeredIndex(base.index, this.#own.index, this.#forgotten);
    this.clock = base.clock;
    this.admitted = base.admitted;
  }

  apply(commit: Commit): void {
    const ofBase = (held: Held): boolean => this.#base.index.has(held);
    for (const held of commit.add.map(heldOfBundle).filter(ofBase)) {
      this.#forgotten.delete(nameOf(held));
    }
    for (const held of commit.remove.filter(ofBase)) this.#forgotten.add(nameOf(held));
    this.#own.apply({
      ...commit,
      add: commit.add.filter((bundle) => !ofBase(heldOfBundle(bundle))),
      remove: commit.remove.filter((held) => !ofBase(held)),
    });
    this.clock = commit.clock;
    this.admitted = commit.admitted;
  }

  get(held: Held): WireBundle | undefined {
    if (!this.index.has(held)) return undefined;
    return this.#base.get(held) ?? this.#own.get(held);
  }

  watched(): WireBundle[] {
    // All of the base's: what was forgotten of it is forgotten again at once.
    return [...this.#base.watched(), ...this.#own.watched()];
  }
}

function heldOfBundle({ header, id }: Commit["add"][number]): Held {
  return heldOf(header.globalTime, id);
}

function nameOf({ globalTime, w0, w1, w2, w3 }: Held): string {
  return `${globalTime}/${w0}/${w1}/${w2}/${w3}`;
}

/** Two indexes seen as one; no entry is in both. */
class LayeredIndex implements HeldIndex {
  readonly #base: HeldIndex;
  readonly #own: HeldIndex;
  readonly #forgotten: ReadonlySet<string>;

  constructor(base: HeldIndex, own: HeldIndex, forgotten: ReadonlySet<string>) {
    this.#base = base;
    this.#own = own;
    this.#forgotten = forgotten;
  }

  get size(): number {
    return this.#base.size + this.#own.size - this.#forgotten.size;
  }

  has(held: Held): boolean {
    return this.#own.has(held) || (this.#base.has(held) && !this.#isForgotten(held));
  }

  ascend(from: number, visit: Visit): void {
    this.#walk("ascend", from, visit);
  }

  descend(from: number, visit: Visit): void {
    this.#walk("descend", from, visit);
  }

  /** Walks the base and, before each of its entries, the own ones that come first. */
  #walk(way: "ascend" | "descend", from: number, visit: Visit): void {
    if (this.#own.size === 0 && this.#forgotten.size === 0) return this.#base[way](from, visit);
    const own = new Cursor(this.#own, way, from);
    const direction = way === "ascend" ? 1 : -1;
    let goesOn = true;
    this.#base[way](from, (globalTime, w0, w1, w2, w3) => {
      const held = { globalTime, w0, w1, w2, w3 };
      while (goesOn && own.next !== undefined && compareHeld(own.next, held) * direction < 0) {
        goesOn = visitHeld(visit, own.take());
      }
      if (goesOn && !this.#isForgotten(held)) goesOn = visit(globalTime, w0, w1, w2, w3);
      return goesOn;
    });
    while (goesOn && own.next !== undefined) goesOn = visitHeld(visit, own.take());
  }

  #isForgotten(held: Held): boolean {
    return this.#forgotten.size > 0 && this.#forgotten.has(nameOf(held));
  }
}

function visitHeld(visit: Visit, { globalTime, w0, w1, w2, w3 }: Held): boolean {
  return visit(globalTime, w0, w1, w2, w3);
}

/** An index one entry after the other. */
class Cursor {
  /** The entry that comes next; undefined at the end. */
  next: Held | undefined;
  readonly #index: HeldIndex;
  readonly #way: "ascend" | "descend";
  /** BOUNDED: by BATCH_ENTRIES and the entries of one global time. */
  #batch: Held[] = [];
  #at = 0;
  /** Where the next batch begins; undefined when there is none. */
  #from: number | undefined;

  constructor(index: HeldIndex, way: "ascend" | "descend", from: number) {
    this.#index = index;
    this.#way = way;
    this.#from = from;
    this.#advance();
  }

  /** The next entry, which there must be. */
  take(): Held {
    const taken = this.next!;
    this.#advance();
    return taken;
  }

  #advance(): void {
    if (this.#at === this.#batch.length) this.#fetch();
    this.next = this.#batch[this.#at++];
  }

  /** A batch ends between two global times, since a walk begins at one. */
  #fetch(): void {
    this.#batch = [];
    this.#at = 0;
    if (this.#from === undefined) return;
    const from = this.#from;
    this.#from = undefined;
    this.#index[this.#way](from, (globalTime, w0, w1, w2, w3) => {
      const last = this.#batch.at(-1);
      if (this.#batch.length >= BATCH_ENTRIES && last?.globalTime !== globalTime) {
        this.#from = globalTime;
        return false;
      }
      this.#batch.push({ globalTime, w0, w1, w2, w3 });
      return true;
    });
  }
}
