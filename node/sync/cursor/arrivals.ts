import { compareHeld, type Held } from "../../sets/held.ts";
import { after, EVERYWHERE, FIRST, type Stretch, union } from "./stretches.ts";

/** The first and the last bundle of a datagram. */
export interface Span {
  readonly first: Held;
  readonly last: Held;
}

/**
 * Numbers of one answer, at most: a hundred bytes each at least, of the largest one. Others come as well, and are asked
 * for again.
 */
const MAX_DATAGRAMS = 4_096;

/** Which datagrams of one answer came. */
export class DatagramArrivals {
  /** By number; no span where nothing in it could be read. BOUNDED: by MAX_DATAGRAMS. */
  readonly #spans = new Map<number, Span | undefined>();
  /** Highest number that came, and one; 0 before any did. */
  #next = 0;

  /** Datagrams, each counted once. */
  get size(): number {
    return this.#spans.size;
  }

  has(number: number): boolean {
    return this.#spans.has(number);
  }

  /** Returns how many before it did not come until now; -1 where it was one of these. */
  add(number: number, span: Span | undefined): number {
    if (number >= MAX_DATAGRAMS || this.#spans.has(number)) return 0;
    this.#spans.set(number, span);
    if (number < this.#next) return -1;
    const skipped = number - this.#next;
    this.#next = number + 1;
    return skipped;
  }

  /**
   * Where everything came, ascending: what lies between two datagrams with following numbers, too, since an answer is
   * in order. `datagrams`: of the whole answer; undefined where nobody said.
   */
  covered(datagrams: number | undefined): Stretch[] {
    if (datagrams === 0) return [...EVERYWHERE];
    const runs: Stretch[] = [];
    let before: { number: number; last: Held } | undefined;
    for (const number of [...this.#spans.keys()].sort((a, b) => a - b)) {
      const span = this.#spans.get(number);
      if (span === undefined) continue;
      const isFirst = number === 0;
      const follows = before?.number === number - 1 && compareHeld(span.last, before.last) >= 0;
      const isLast = datagrams !== undefined && number === datagrams - 1;
      const end = isLast ? undefined : after(span.last);
      if (follows) runs.push({ from: runs.pop()!.from, before: end });
      else runs.push({ from: isFirst ? FIRST : span.first, before: end });
      before = { number, last: span.last };
    }
    return union(runs.filter(isInOrder), []);
  }
}

/** Whoever does not keep to the order has it asked for again. */
function isInOrder({ from, before }: Stretch): boolean {
  return before === undefined || compareHeld(from, before) < 0;
}
