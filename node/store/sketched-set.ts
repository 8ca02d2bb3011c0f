import { MAX_SYMBOLS } from "../../wire/limits.ts";
import type { EpochKey } from "../sets/epoch.ts";
import { elementOf, type Element } from "../sets/element.ts";
import { Symbols } from "../sets/symbols.ts";
import { ElementTable } from "./element-table.ts";
import type { Held } from "../sets/held.ts";
import type { Sketched, Visit } from "./store.ts";

/** Reused by every call; holds nothing between calls. */
const element: Element = { x: 0, y: 0 };

/** Where the entries stand. */
interface Entries {
  readonly size: number;
  /** Visits the entries with this global time whose first word is this one. */
  lookUp(globalTime: number, w0: number, visit: Visit): void;
}

/** The sketch of everything in an index under one key, kept up to date entry by entry. */
export class SketchedSet implements Sketched {
  readonly key: EpochKey;
  readonly symbols = new Symbols(MAX_SYMBOLS);
  readonly #index: Entries;
  readonly #table: ElementTable;

  /** Empty at first. `index`: where its entries stand; `secret`: see ElementTable. */
  constructor(key: EpochKey, index: Entries, secret: number) {
    this.key = key;
    this.#index = index;
    this.#table = new ElementTable(index.size, secret);
  }

  add(held: Held): void {
    elementOf(this.key, held.w0, held.w1, held.w2, held.w3, element);
    this.symbols.toggle(element.x, element.y);
    this.#table.add(element.x, held.globalTime, held.w0);
  }

  remove(held: Held): void {
    elementOf(this.key, held.w0, held.w1, held.w2, held.w3, element);
    this.symbols.toggle(element.x, element.y);
    this.#table.remove(element.x, held.globalTime, held.w0);
  }

  find(wanted: Element): Held | undefined {
    let found: Held | undefined;
    this.#table.search(wanted.x, (globalTime, w0) => {
      found = this.#at(globalTime, w0, wanted);
      return found !== undefined;
    });
    return found;
  }

  /** Of the entries at a time those with this first word; nearly always one. */
  #at(globalTime: number, first: number, { x, y }: Element): Held | undefined {
    let found: Held | undefined;
    this.#index.lookUp(globalTime, first, (_, w0, w1, w2, w3) => {
      elementOf(this.key, w0, w1, w2, w3, element);
      if (element.x !== x || element.y !== y) return true;
      found = { globalTime, w0, w1, w2, w3 };
      return false;
    });
    return found;
  }
}
