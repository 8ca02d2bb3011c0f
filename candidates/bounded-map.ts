import { LinkedList, type Link } from "./linked-list.ts";

/** Its own link in the order of age: one object to an entry, which is looked at for every datagram. */
class Entry<Key, Value> implements Link<Value> {
  readonly key: Key;
  value: Value;
  previous: Link<Value> | undefined = undefined;
  next: Link<Value> | undefined = undefined;

  constructor(key: Key, value: Value) {
    this.key = key;
    this.value = value;
  }
}

/**
 * A map in which the oldest entry makes room for a new one, all in constant time. An entry is as old as its last `set`
 * or `use`; `get` changes nothing. BOUNDED: by `max`.
 */
export class BoundedMap<Key, Value> {
  readonly #max: number;
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  /** Of entries only. */
  readonly #byAge = new LinkedList<Value>();

  /** `max`: entries, at least one. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  keys(): Iterable<Key> {
    return this.#entries.keys();
  }

  values(): Value[] {
    return Array.from(this.#entries.values(), ({ value }) => value);
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Gets it, and makes it the last to make room. */
  use(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#byAge.moveToEnd(entry);
    return entry.value;
  }

  set(key: Key, value: Value): void {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      return this.#byAge.moveToEnd(known);
    }
    if (this.size >= this.#max) this.delete((this.#byAge.first as Entry<Key, Value>).key);
    const entry = new Entry(key, value);
    this.#entries.set(key, entry);
    this.#byAge.attach(entry);
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#byAge.remove(entry);
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.delete(key);
  }
}
