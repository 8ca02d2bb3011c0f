import type { Bundle } from "../../wire/bundle.ts";
import { MAX_PARENTS } from "../../wire/limits.ts";
import { MAX_DISTANCE } from "../../wire/parents.ts";
import { compareHeld, type Held, heldOf, placeKey } from "../sets/held.ts";
import { type BundleStore, holds, holdsData } from "../store/store.ts";

/**
 * Heads that wait to be named: each bundle names the newest MAX_PARENTS, so those that were written at the same time
 * are all named by the next few.
 */
const MAX_HEADS = 16;

interface Head {
  readonly held: Held;
  /** What it follows. */
  readonly parents: readonly Held[];
}

/**
 * What a new bundle follows: the newest data bundles that were delivered, or are written here, and that no other is
 * known to follow. Not what waits: somebody who names invented parents would hold up all that others write after it.
 */
export class Heads {
  readonly #store: BundleStore;
  /** Written here and not delivered yet, by place. BOUNDED: by what waits for the disk. */
  readonly #written = new Set<string>();
  /** The newest first. BOUNDED: by MAX_HEADS; the oldest make room. */
  #heads: Head[] = [];

  constructor({ store }: { store: BundleStore }) {
    this.#store = store;
  }

  /** One that is written here: the next one follows it, before it is on disk. */
  write(bundle: Bundle): void {
    if (!holdsData(bundle.header)) return;
    const head = headOf(bundle);
    this.#written.add(placeKey(head.held));
    this.#add(head);
  }

  /** One was delivered. */
  add(bundle: Bundle): void {
    const head = headOf(bundle);
    const isNoted = this.#written.delete(placeKey(head.held));
    if (!isNoted && holdsData(bundle.header)) this.#add(head);
  }

  /** These are not kept: what they followed is followed instead, where it is. */
  drop(gone: readonly Held[]): void {
    for (const held of gone) this.#written.delete(placeKey(held));
    if (!this.#heads.some(({ held }) => includes(gone, held))) return;
    const dropped = this.#heads.filter(({ held }) => includes(gone, held));
    this.#heads = this.#heads.filter((head) => !dropped.includes(head));
    for (const held of dropped.flatMap(({ parents }) => parents)) {
      if (holds(this.#store, held) && !includes(gone, held)) this.#add({ held, parents: [] });
    }
  }

  /** Those that a bundle of this global time can follow, the newest first. */
  before(globalTime: number): Held[] {
    return this.#heads
      .map(({ held }) => held)
      .filter((held) => held.globalTime < globalTime)
      .filter((held) => globalTime - held.globalTime <= MAX_DISTANCE)
      .slice(0, MAX_PARENTS);
  }

  #add(head: Head): void {
    const heads = this.#heads;
    const { held, parents } = head;
    const oldest = heads.at(-1);
    const isFull = heads.length === MAX_HEADS;
    // The usual case while older ones come: what it follows is older still.
    if (isFull && oldest !== undefined && compareHeld(held, oldest.held) < 0) return;
    const isKnown = heads.some(
      (other) => isSame(other.held, held) || includes(other.parents, held),
    );
    if (isKnown) return;
    const others = heads.filter((other) => !includes(parents, other.held));
    const place = others.findIndex((other) => compareHeld(other.held, held) < 0);
    others.splice(place < 0 ? others.length : place, 0, head);
    if (others.length > MAX_HEADS) others.length = MAX_HEADS;
    this.#heads = others;
  }
}

function headOf({ header, id }: Bundle): Head {
  return { held: heldOf(header.globalTime, id), parents: header.parents ?? [] };
}

function isSame(a: Held, b: Held): boolean {
  return compareHeld(a, b) === 0;
}

function includes(list: readonly Held[], held: Held): boolean {
  return list.some((each) => isSame(each, held));
}
