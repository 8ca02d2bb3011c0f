import { BoundedMap } from "../../../candidates/bounded-map.ts";
import { MAX_GAPS, type Stretch } from "../../../wire/kinds/receipt-kind.ts";
import type { EpochKey } from "../../sets/epoch.ts";
import { Fingerprint } from "../../sets/fingerprint.ts";
import type { Held } from "../../sets/held.ts";

/** Gaps that stay listed although somebody with just our set lacks them as well. */
const SETTLED_GAPS = 8;

/**
 * Which bundles of one author that ask for a receipt are held: up to which sequence, but for which gaps, and the sum of
 * their hashes. The sum is what counts: where it is not the author's own, nothing is taken as held. So a gap that is
 * not listed, or two bundles of one sequence, can only make somebody seem to hold less than it does.
 */
export class Sequence {
  through = 0;
  /** Ascending. BOUNDED: by MAX_GAPS, the oldest is forgotten. */
  #gaps: Stretch[] = [];
  /** How many more than one are held of a sequence. BOUNDED: by MAX_GAPS. */
  readonly #more = new BoundedMap<number, number>(MAX_GAPS);
  readonly #sum: Fingerprint;

  constructor(key: EpochKey) {
    this.#sum = new Fingerprint(key);
  }

  get gaps(): readonly Stretch[] {
    return this.#gaps;
  }

  get check(): Uint8Array {
    return this.#sum.bytes;
  }

  /** A bundle came. */
  add(sequence: number, held: Held): void {
    this.#sum.add(held);
    if (sequence > this.through) {
      if (sequence > this.through + 1) this.#list([this.through + 1, sequence - 1]);
      this.through = sequence;
      return;
    }
    const isMissing = this.#gaps.some(([from, to]) => sequence >= from && sequence <= to);
    if (!isMissing) this.#more.set(sequence, (this.#more.get(sequence) ?? 0) + 1);
    this.#gaps = this.#gaps.flatMap((gap) => without(gap, sequence));
    this.#forget(MAX_GAPS);
  }

  /** It is not kept any longer. */
  remove(sequence: number, held: Held): void {
    this.#sum.remove(held);
    const more = this.#more.get(sequence) ?? 0;
    if (more > 1) this.#more.set(sequence, more - 1);
    else if (more === 1) this.#more.delete(sequence);
    else this.#list([sequence, sequence]);
  }

  /** Somebody holds just what we hold: what is missing is missing there as well, and few gaps are worth their room. */
  settle(): void {
    this.#forget(SETTLED_GAPS);
  }

  #list(gap: Stretch): void {
    const all = [...this.#gaps, gap].sort(([a], [b]) => a - b);
    const joined: Stretch[] = [];
    for (const [from, to] of all) {
      const last = joined.at(-1);
      if (last === undefined || from > last[1] + 1) joined.push([from, to]);
      else joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    }
    this.#gaps = joined;
    this.#forget(MAX_GAPS);
  }

  #forget(most: number): void {
    this.#gaps.splice(0, this.#gaps.length - most);
  }
}

/** What is left of a gap when this one came. */
function without([from, to]: Stretch, sequence: number): Stretch[] {
  if (sequence < from || sequence > to) return [[from, to]];
  const before: Stretch[] = sequence > from ? [[from, sequence - 1]] : [];
  return sequence < to ? [...before, [sequence + 1, to]] : before;
}
