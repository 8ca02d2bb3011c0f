import { LinkedList, type Link } from "./linked-list.ts";

/**
 * A map in which the oldest entry makes room for a new one, all in constant time. An entry is as old as its last `set`
 * or `use`; `get` changes nothing. BOUNDED: by `max`.
 */
export class BoundedMap<Key, Value> {
  readonly #max: number;
  readonly #links = new Map<Key, Link<{ readonly key: Key; value: Value }>>();
  readonly #byAge = new LinkedList<{ readonly key: Key; value: Value }>();

  /** `max`: entries, at least one. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#links.size;
  }

  keys(): Iterable<Key> {
    return this.#links.keys();
  }

  values(): Value[] {
    return Array.from(this.#links.values(), ({ value }) => value.value);
  }

  get(key: Key): Value | undefined {
    return this.#links.get(key)?.value.value;
  }

  /** Gets it, and makes it the last to make room. */
  use(key: Key): Value | undefined {
    const link = this.#links.get(key);
    if (link === undefined) return undefined;
    this.#byAge.moveToEnd(link);
    return link.value.value;
  }

  set(key: Key, value: Value): void {
    const known = this.#links.get(key);
    if (known !== undefined) {
      known.value.value = value;
      return this.#byAge.moveToEnd(known);
    }
    if (this.size >= this.#max) this.delete(this.#byAge.first!.value.key);
    this.#links.set(key, this.#byAge.append({ key, value }));
  }

  delete(key: Key): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    this.#links.delete(key);
    this.#byAge.remove(link);
  }

  clear(): void {
    for (const key of this.#links.keys()) this.delete(key);
  }
}
