import { MemoryStore, type Commit } from "../../node/store/memory.ts";
import { ChunkedIndex } from "../../node/store/held-index.ts";
import { compareHeld, type Held, heldAt, heldOf } from "../../node/sets/held.ts";
import {
  type BundleStore,
  type HeldIndex,
  type Sketched,
  type Visit,
  type VisitStretch,
} from "../../node/store/store.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { EpochKey } from "../../node/sets/epoch.ts";
import type { Fingerprint } from "../../node/sets/fingerprint.ts";
import type { Element } from "../../node/sets/element.ts";
import type { WireBundle } from "../../wire/message.ts";

/**
 * A node's own layer over a base that many nodes share and nobody changes: what only this node holds, and what of the
 * base it has forgotten. A thousand nodes with a backlog of 100,000 bundles need the memory of one.
 *
 * BOUNDED: as `MemoryStore`, by whoever commits.
 */
export class LayeredStore implements BundleStore {
  readonly index: LayeredIndex;
  readonly control: LayeredIndex;
  clock: number;
  admitted: number;
  readonly #base: BundleStore;
  readonly #own: MemoryStore;
  /** What of the base is forgotten. BOUNDED: by the base. */
  readonly #forgotten = new ChunkedIndex();
  /** Those of them that decide over others. */
  readonly #forgottenControl = new ChunkedIndex();
  /** Of the base and own. */
  readonly aside: ChunkedIndex;

  /** `base` must not change any more. `shared`: where all layers keep bundles, once for all. */
  constructor(base: BundleStore, shared: Map<string, WireBundle>) {
    this.#base = base;
    this.#own = new MemoryStore(shared);
    this.aside = this.#own.aside;
    this.index = new LayeredIndex(base.index, this.#own.index, this.#forgotten);
    this.control = new LayeredIndex(base.control, this.#own.control, this.#forgottenControl);
    this.clock = base.clock;
    this.admitted = base.admitted;
  }

  apply(commit: Commit): void {
    const own: { add: Bundle[]; remove: Held[] } = { add: [], remove: [] };
    for (const bundle of commit.add) {
      const held = heldOf(bundle.header.globalTime, bundle.id);
      if (this.aside.has(held)) continue;
      if (this.#base.index.has(held)) this.#remember(held);
      else own.add.push(bundle);
    }
    for (const held of commit.remove) {
      if (this.#base.index.has(held)) {
        this.#forget(held);
        this.aside.remove(held);
      } else own.remove.push(held);
    }
    this.#own.apply({ ...commit, ...own });
    this.clock = commit.clock;
    this.admitted = commit.admitted;
  }

  get(held: Held): WireBundle | undefined {
    const own = this.#own.get(held);
    if (own !== undefined) return own;
    const isGone = this.#forgotten.has(held) && !this.aside.has(held);
    return isGone ? undefined : this.#base.get(held);
  }

  setAside(held: Held, isAside: boolean): void {
    if (!this.#base.index.has(held)) return this.#own.setAside(held, isAside);
    if (isAside && this.#forget(held)) this.aside.add(held);
    else if (!isAside && this.aside.remove(held)) this.#remember(held);
  }

  #forget(held: Held): boolean {
    if (this.#base.control.has(held)) this.#forgottenControl.add(held);
    return this.#forgotten.add(held);
  }

  #remember(held: Held): void {
    this.#forgottenControl.remove(held);
    this.#forgotten.remove(held);
  }

  watched(): Iterable<WireBundle> {
    // All of the base's: what was forgotten of it is forgotten again at once.
    return [...this.#base.watched(), ...this.#own.watched()];
  }
}

/**
 * The index of a base that does not change, of what was added to it, and without what of it was forgotten, seen as one.
 */
class LayeredIndex implements HeldIndex {
  readonly #base: HeldIndex;
  /** Nothing of the base. */
  readonly #own: ChunkedIndex;
  /** A part of the base. */
  readonly #forgotten: ChunkedIndex;
  #ofBase: Fingerprint | undefined;

  constructor(base: HeldIndex, own: ChunkedIndex, forgotten: ChunkedIndex) {
    this.#base = base;
    this.#own = own;
    this.#forgotten = forgotten;
  }

  get size(): number {
    return this.#base.size + this.#own.size - this.#forgotten.size;
  }

  has(held: Held): boolean {
    return this.#own.has(held) || (this.#base.has(held) && !this.#forgotten.has(held));
  }

  rank(time: number): number {
    return this.#base.rank(time) + this.#own.rank(time) - this.#forgotten.rank(time);
  }

  timeAt(rank: number): number {
    if (this.#isStacked) {
      const above = rank - this.#base.size;
      return above < 0 ? this.#base.timeAt(rank) : this.#own.timeAt(above);
    }
    // The latest time that no more than `rank` entries precede.
    let low = 0;
    let high = Number.MAX_SAFE_INTEGER;
    while (low < high) {
      const middle = high - Math.floor((high - low) / 2);
      if (this.rank(middle) <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  ascend(from: number, visit: Visit): void {
    this.stretches(from, (times, words, start, end) => {
      for (let i = start; i < end; i++) if (!visitEntry(visit, times, words, i)) return false;
      return true;
    });
  }

  /** Gathers everything first: no simulated node walks this way. */
  descend(from: number, visit: Visit): void {
    const entries: Parameters<Visit>[] = [];
    this.ascend(0, (...entry) => entry[0] <= from && entries.push(entry) > 0);
    for (const entry of entries.reverse()) if (!visit(...entry)) return;
  }

  fingerprint(key: EpochKey): Fingerprint {
    // Kept, since others who share the base may ask for other keys.
    if (this.#ofBase?.hasKey(key) !== true) {
      this.#ofBase = made(this.#base, () => this.#base.fingerprint(key));
    }
    const forgotten = made(this.#forgotten, () => this.#forgotten.fingerprint(key));
    const own = made(this.#own, () => this.#own.fingerprint(key));
    return this.#ofBase.minus(forgotten).plus(own);
  }

  sketch(key: EpochKey): Sketched {
    const [base, own, forgotten] = [this.#base, this.#own, this.#forgotten].map((index) =>
      made(index, () => index.sketch(key)),
    ) as [Sketched, Sketched, Sketched];
    const symbols = base.symbols.first(base.symbols.length);
    symbols.subtract(own.symbols);
    symbols.subtract(forgotten.symbols);
    const find = (element: Element): Held | undefined =>
      own.find(element) ?? (forgotten.find(element) ? undefined : base.find(element));
    return { symbols, find };
  }

  /** Nobody else waits in a simulation: all is made when it is asked for. */
  readonly isBehind = false;
  keepUp(): void {}

  stretches(from: number, visit: VisitStretch): void {
    let goesOn = true;
    const merge = new Merge(this.#own, this.#forgotten, from);
    this.#base.stretches(from, (times, words, start, end) => {
      goesOn = merge.upTo(times, words, start, end, visit);
      return goesOn;
    });
    if (goesOn) merge.rest(visit);
  }

  /** Whether everything of the base comes before everything own, as where all that is new came later. */
  get #isStacked(): boolean {
    if (this.#forgotten.size > 0) return false;
    if (this.#own.size === 0 || this.#base.size === 0) return true;
    return this.#base.timeAt(this.#base.size - 1) < this.#own.timeAt(0);
  }
}

function made<T>(index: HeldIndex, ask: () => T | undefined): T {
  let value = ask();
  for (; value === undefined; value = ask()) index.keepUp();
  return value;
}

/** One walk over both layers. */
class Merge {
  readonly #own: ChunkedIndex;
  readonly #forgotten: ChunkedIndex;
  /** Own entries passed. */
  #passed: number;
  /** Global time of the own entry that comes next; Infinity at the end. */
  #nextTime: number;

  constructor(own: ChunkedIndex, forgotten: ChunkedIndex, from: number) {
    this.#own = own;
    this.#forgotten = forgotten;
    this.#passed = own.rank(from);
    this.#nextTime = this.#timeOfNext();
  }

  /** Visits a stretch of the base and what comes between its entries. */
  upTo(
    times: Float64Array,
    words: Uint32Array,
    start: number,
    end: number,
    visit: VisitStretch,
  ): boolean {
    const isApart = this.#nextTime > times[end - 1]! && this.#forgotten.size === 0;
    if (isApart) return visit(times, words, start, end);
    for (let i = start; i < end; i++) {
      const entry = heldAt(times, words, i);
      if (!this.#ownBefore(entry, visit)) return false;
      if (this.#forgotten.has(entry)) continue;
      if (!visit(times, words, i, i + 1)) return false;
    }
    return true;
  }

  /** Visits what comes after the base. */
  rest(visit: VisitStretch): boolean {
    if (this.#nextTime === Infinity) return true;
    return this.#fromNext((times, words, start, end) => visit(times, words, start, end));
  }

  #ownBefore(entry: Held, visit: VisitStretch): boolean {
    if (this.#nextTime > entry.globalTime) return true;
    let goesOn = true;
    this.#fromNext((times, words, start, end) => {
      for (let i = start; i < end; i++) {
        if (compareHeld(heldAt(times, words, i), entry) > 0) return false;
        this.#passed++;
        goesOn = visit(times, words, i, i + 1);
        if (!goesOn) return false;
      }
      return true;
    });
    this.#nextTime = this.#timeOfNext();
    return goesOn;
  }

  /** Own entries that were not passed yet; tells whether the visitor wanted all of them. */
  #fromNext(visit: VisitStretch): boolean {
    let goesOn = true;
    let skip = this.#passed - this.#own.rank(this.#nextTime);
    this.#own.stretches(this.#nextTime, (times, words, start, end) => {
      const skipped = Math.min(skip, end - start);
      skip -= skipped;
      if (start + skipped < end) goesOn = visit(times, words, start + skipped, end);
      return goesOn;
    });
    return goesOn;
  }

  #timeOfNext(): number {
    return this.#passed < this.#own.size ? this.#own.timeAt(this.#passed) : Infinity;
  }
}

function visitEntry(visit: Visit, times: Float64Array, words: Uint32Array, i: number): boolean {
  const { globalTime, w0, w1, w2, w3 } = heldAt(times, words, i);
  return visit(globalTime, w0, w1, w2, w3);
}
