/** Items per run: inserting into an array of so many costs about what finding the place does. */
const MAX_RUN = 256;

/**
 * Items in order, at any number of them: adding, removing and counting cost about a thousandth of what one array would,
 * since only a short run of items is moved. No two items may be equal by `compare`.
 *
 * BOUNDED: by whoever adds.
 */
export class OrderedList<T> {
  readonly #compare: (a: T, b: T) => number;
  /** None is empty. */
  readonly #runs: T[][] = [];
  #items = 0;

  /** `compare`: negative, zero or positive, as of `Array.sort`. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items;
  }
  get first(): T | undefined {
    return this.#runs[0]?.[0];
  }
  get last(): T | undefined {
    return this.#runs.at(-1)?.at(-1);
  }

  /** In order. Nothing may be added or removed meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (const run of this.#runs) yield* run;
  }

  add(item: T): void {
    this.#items += 1;
    const at = this.#runOf(item);
    const run = this.#runs[at];
    if (run === undefined) return void this.#runs.push([item]);
    run.splice(this.#placeIn(run, item), 0, item);
    if (run.length > MAX_RUN) this.#runs.splice(at + 1, 0, run.splice(MAX_RUN / 2));
  }

  /** False when it was absent. */
  remove(item: T): boolean {
    const at = this.#runOf(item);
    const run = this.#runs[at];
    const place = run === undefined ? -1 : this.#placeIn(run, item);
    if (run === undefined || place === run.length || this.#compare(run[place]!, item) !== 0) {
      return false;
    }
    run.splice(place, 1);
    if (run.length === 0) this.#runs.splice(at, 1);
    this.#items -= 1;
    return true;
  }

  /** Items that come before this one, which need not be there. */
  rank(item: T): number {
    const at = this.#runOf(item);
    const run = this.#runs[at];
    if (run === undefined) return 0;
    let items = this.#placeIn(run, item);
    for (let before = 0; before < at; before += 1) items += this.#runs[before]!.length;
    return items;
  }

  /** The run where the item is or belongs: the last one that does not begin after it. */
  #runOf(item: T): number {
    const after = firstWhere(this.#runs.length, (i) => this.#compare(this.#runs[i]![0]!, item) > 0);
    return Math.max(0, after - 1);
  }

  #placeIn(run: T[], item: T): number {
    return firstWhere(run.length, (i) => this.#compare(run[i]!, item) >= 0);
  }
}

/** The first of `length` places where something holds that holds everywhere behind it; `length` when nowhere. */
function firstWhere(length: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
