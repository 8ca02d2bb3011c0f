/** 16 million events are some gigabytes: a simulation that plans more has run away. */
export const MAX_QUEUED_EVENTS = 16_777_216;
const INITIAL_CAPACITY = 1_024;

/**
 * A priority queue ordered by time, and by order of insertion among equal times, so that a run repeats
 * exactly. A binary heap over three parallel arrays: no object per entry.
 *
 * BOUNDED: by MAX_QUEUED_EVENTS; in use by the datagrams in flight and a few events per node.
 */
export class EventQueue<T> {
  #times = new Float64Array(INITIAL_CAPACITY);
  #sequences = new Float64Array(INITIAL_CAPACITY);
  readonly #items: T[] = [];
  #nextSequence = 0;

  get size(): number {
    return this.#items.length;
  }

  /** Time of the first event; Infinity when there is none. */
  get nextTime(): number {
    return this.#items.length === 0 ? Infinity : this.#times[0]!;
  }

  /** `time` is any number but NaN. */
  push(time: number, item: T): void {
    if (Number.isNaN(time)) throw new RangeError("an event needs a time");
    const sequence = this.#nextSequence++;
    let at = this.#items.length;
    if (at === this.#times.length) this.#grow();
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#place(at, time, sequence, item);
  }

  /** Removes and returns the first event; undefined when there is none. */
  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    const size = this.#items.length;
    if (last === undefined || size === 0) return first;
    this.#sink(this.#times[size]!, this.#sequences[size]!, last);
    return first;
  }

  /** Moves the hole at the root down to where the entry belongs. */
  #sink(time: number, sequence: number, item: T): void {
    const size = this.#items.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#precedes(child + 1, child)) child++;
      const childTime = this.#times[child]!;
      if (time < childTime || (time === childTime && sequence < this.#sequences[child]!)) break;
      this.#move(child, at);
      at = child;
    }
    this.#place(at, time, sequence, item);
  }

  #precedes(a: number, b: number): boolean {
    const difference = this.#times[a]! - this.#times[b]!;
    return difference < 0 || (difference === 0 && this.#sequences[a]! < this.#sequences[b]!);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#times[from]!, this.#sequences[from]!, this.#items[from]!);
  }

  #place(at: number, time: number, sequence: number, item: T): void {
    this.#times[at] = time;
    this.#sequences[at] = sequence;
    this.#items[at] = item;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    if (capacity > MAX_QUEUED_EVENTS) throw new RangeError("too many events are planned");
    const times = new Float64Array(capacity);
    const sequences = new Float64Array(capacity);
    times.set(this.#times);
    sequences.set(this.#sequences);
    this.#times = times;
    this.#sequences = sequences;
  }
}
