import { compareHeld, type Held } from "../sets/held.ts";

/** What follows from a set, and from every entry that comes or goes alone. */
interface Follows {
  add(held: Held): void;
  remove(held: Held): void;
}

/**
 * Something made of all entries of an index, and kept up to date with it. It is made in portions, from the first entry
 * on, since 100,000 hashes at once would hold up everything else: until it is whole, nobody sees it.
 */
export class KeptUp<T extends Follows> {
  readonly #value: T;
  /** Up to this entry all are in; undefined: none is. */
  #reached: Held | undefined;
  #isWhole = false;

  constructor(value: T) {
    this.#value = value;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Undefined until all is in. */
  get whole(): T | undefined {
    return this.#isWhole ? this.#value : undefined;
  }

  /** An entry came into the index. */
  add(held: Held): void {
    if (this.#covers(held)) this.#value.add(held);
  }

  /** An entry left the index. */
  remove(held: Held): void {
    if (this.#covers(held)) this.#value.remove(held);
  }

  /** Takes in the entries that follow; `next` visits those after one, or all, until told to stop. */
  advance(
    next: (after: Held | undefined, visit: (held: Held) => boolean) => void,
    most: number,
  ): void {
    let left = most;
    this.#isWhole = true;
    next(this.#reached, (held) => {
      if (left <= 0) {
        this.#isWhole = false;
        return false;
      }
      left -= 1;
      this.#value.add(held);
      this.#reached = held;
      return true;
    });
  }

  #covers(held: Held): boolean {
    if (this.#isWhole) return true;
    return this.#reached !== undefined && compareHeld(held, this.#reached) <= 0;
  }
}
