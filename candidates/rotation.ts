import type { Random } from "../wire/crypto.ts";

/** A place in a rotation, for leaving it. */
export interface Place<T> {
  readonly value: T;
  /** Where it stands now. */
  index: number;
}

/** The golden section: its multiples, less their whole parts, spread evenly however many there are. */
const GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

/**
 * A round-robin that survives arrivals and departures: everybody who stays gets one turn per round, however often it is
 * heard from in between. Whoever arrives does so anywhere in the round, as in the original's hash table: at its end,
 * the turns would forever be those of the newest, wherever as many arrive as get a turn. Each round has an order of its
 * own: in a fixed one, a few who ask in step would get the same ones each time, and fall apart into groups that never
 * hear of each other. BOUNDED: by its user.
 */
export class Rotation<T> {
  /** Those before the cursor had their turn in this round. */
  readonly #order: Place<T>[] = [];
  #cursor = 0;
  /** Where the last to arrive got in, as a share of the round. */
  #entry = 0;

  get size(): number {
    return this.#order.length;
  }

  add(value: T): Place<T> {
    this.#entry = (this.#entry + GOLDEN_SECTION) % 1;
    const place: Place<T> = { value, index: 0 };
    let index = Math.floor(this.#entry * (this.size + 1));
    if (index < this.#cursor) index = this.#cursor++;
    const displaced = this.#order[index];
    if (displaced !== undefined) this.#put(displaced, this.size);
    this.#put(place, index);
    return place;
  }

  /** `place` must be of this rotation, and used once. */
  remove({ index }: Place<T>): void {
    let gap = index;
    if (gap < this.#cursor) {
      this.#cursor--;
      this.#put(this.#order[this.#cursor]!, gap);
      gap = this.#cursor;
    }
    const last = this.#order.pop()!;
    if (gap < this.size) this.#put(last, gap);
  }

  /** Whose turn it is: one of those who had none in this round. Undefined when empty. */
  next(random: Random): T | undefined {
    if (this.size === 0) return undefined;
    if (this.#cursor === this.size) this.#cursor = 0;
    const drawn = this.#order[this.#cursor + random.below(this.size - this.#cursor)]!;
    this.#put(this.#order[this.#cursor]!, drawn.index);
    this.#put(drawn, this.#cursor++);
    return drawn.value;
  }

  #put(place: Place<T>, index: number): void {
    this.#order[index] = place;
    place.index = index;
  }
}
