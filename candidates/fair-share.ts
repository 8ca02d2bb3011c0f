import { LinkedList, type Link } from "./linked-list.ts";

interface Group<T> {
  readonly name: string;
  readonly members: LinkedList<T>;
  /** Its place among the groups in turn. */
  turn: Link<Group<T>> | undefined;
}

/** A place in a share, for leaving it. */
export interface SharePlace<T> {
  readonly group: Group<T>;
  readonly link: Link<T>;
}

/**
 * What is kept for many, by the group of whoever it is kept for: who holds most gives way to others, and groups take
 * turns whatever they hold. All in constant time. BOUNDED: by its user, who asks what gives way.
 */
export class FairShare<T> {
  readonly #groups = new Map<string, Group<T>>();
  /** Whoever's turn it is comes first. */
  readonly #turns = new LinkedList<Group<T>>();
  /** Groups by how many members they have; none of these sets is empty. */
  readonly #bySize = new Map<number, Set<Group<T>>>();
  #largest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(name: string): number {
    return this.#groups.get(name)?.members.size ?? 0;
  }

  add(value: T, name: string): SharePlace<T> {
    const group = this.#groups.get(name) ?? this.#newGroup(name);
    const link = group.members.append(value);
    this.#size++;
    this.#resized(group, group.members.size - 1);
    return { group, link };
  }

  /** `place` must be of this share, and used once. */
  remove({ group, link }: SharePlace<T>): void {
    group.members.remove(link);
    this.#size--;
    this.#resized(group, group.members.size + 1);
    if (group.members.size > 0) return;
    this.#turns.remove(group.turn!);
    this.#groups.delete(group.name);
  }

  /** It is the newest of its group again. */
  renew({ group, link }: SharePlace<T>): void {
    group.members.moveToEnd(link);
  }

  /** The oldest of the group that holds most: what is missed least. */
  mostSpared(): T | undefined {
    const [group] = this.#bySize.get(this.#largest) ?? [];
    return group?.members.first?.value;
  }

  /** What gives way to one more of a group: undefined when nobody holds more than this group then would. */
  givesWayTo(name: string): T | undefined {
    return this.#largest > this.sizeOf(name) + 1 ? this.mostSpared() : undefined;
  }

  oldestOf(name: string): T | undefined {
    return this.#groups.get(name)?.members.first?.value;
  }

  /** The oldest of the group whose turn it is; the next one is another group's. */
  next(): T | undefined {
    const turn = this.#turns.first;
    if (turn === undefined) return undefined;
    this.#turns.moveToEnd(turn);
    return turn.value.members.first!.value;
  }

  #newGroup(name: string): Group<T> {
    const group: Group<T> = { name, members: new LinkedList<T>(), turn: undefined };
    group.turn = this.#turns.append(group);
    this.#groups.set(name, group);
    return group;
  }

  #resized(group: Group<T>, before: number): void {
    const { size } = group.members;
    const peers = this.#bySize.get(before);
    peers?.delete(group);
    if (peers?.size === 0) this.#bySize.delete(before);
    if (size > 0) {
      const same = this.#bySize.get(size);
      if (same === undefined) this.#bySize.set(size, new Set([group]));
      else same.add(group);
    }
    // By one at a time: whoever left the largest size is now of the next one.
    if (size > this.#largest || !this.#bySize.has(this.#largest)) this.#largest = size;
  }
}
