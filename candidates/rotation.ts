import { LinkedList, type Link } from "./linked-list.ts";

/**
 * A round-robin that survives arrivals and departures: everybody who stays gets one turn per round, in order of
 * arrival, however often it is heard from in between. BOUNDED: by its user.
 */
export class Rotation<T> {
  readonly #list = new LinkedList<T>();
  #cursor: Link<T> | undefined;

  get size(): number {
    return this.#list.size;
  }

  add(value: T): Link<T> {
    return this.#list.append(value);
  }

  /** `link` must be of this rotation. */
  remove(link: Link<T>): void {
    if (this.#cursor === link) this.#cursor = link.next;
    this.#list.remove(link);
  }

  /** Whose turn it is; undefined when empty. */
  next(): T | undefined {
    const turn = this.#cursor ?? this.#list.first;
    this.#cursor = turn?.next;
    return turn?.value;
  }
}
