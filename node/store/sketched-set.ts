import { MAX_SYMBOLS } from "../../wire/limits.ts";
import type { EpochKey } from "../sync/epoch.ts";
import { elementOf, type Element } from "../sync/sketch/element.ts";
import { Symbols } from "../sync/sketch/symbols.ts";
import { ElementTable } from "./element-table.ts";
import type { Held, HeldIndex, Sketched } from "./store.ts";

/** Reused by every call; holds nothing between calls. */
const element: Element = { x: 0, y: 0 };

/** The sketch of everything in an index under one key, kept up to date entry by entry. */
export class SketchedSet implements Sketched {
  readonly key: EpochKey;
  readonly symbols = new Symbols(MAX_SYMBOLS);
  readonly #index: HeldIndex;
  /** Undefined until something is looked up. */
  #table: ElementTable | undefined;

  constructor(key: EpochKey, index: HeldIndex) {
    this.key = key;
    this.#index = index;
    index.ascend(0, (globalTime, w0, w1, w2, w3) => {
      this.add({ globalTime, w0, w1, w2, w3 });
      return true;
    });
  }

  add(held: Held): void {
    elementOf(this.key, held.w0, held.w1, held.w2, held.w3, element);
    this.symbols.toggle(element.x, element.y);
    this.#table?.add(element.x, held.globalTime, held.w0);
  }

  remove(held: Held): void {
    elementOf(this.key, held.w0, held.w1, held.w2, held.w3, element);
    this.symbols.toggle(element.x, element.y);
    this.#table?.remove(element.x, held.globalTime, held.w0);
  }

  find(wanted: Element): Held | undefined {
    this.#table ??= this.#fill();
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
    this.#index.ascend(globalTime, (time, w0, w1, w2, w3) => {
      if (time !== globalTime || w0 > first) return false;
      if (w0 < first) return true;
      elementOf(this.key, w0, w1, w2, w3, element);
      if (element.x !== x || element.y !== y) return true;
      found = { globalTime, w0, w1, w2, w3 };
      return false;
    });
    return found;
  }

  #fill(): ElementTable {
    const table = new ElementTable();
    this.#index.ascend(0, (globalTime, w0, w1, w2, w3) => {
      elementOf(this.key, w0, w1, w2, w3, element);
      table.add(element.x, globalTime, w0);
      return true;
    });
    return table;
  }
}
