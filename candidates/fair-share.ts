import { LinkedList, type Link } from "./linked-list.ts";

interface Group<T> {
  readonly name: string;
  readonly members: LinkedList<T>;
  /** Its place among the groups in turn. */
  turn: Link<Group<T>> | undefined;
  /** Its place among those that have as many members. */
  rank: Link<Group<T>> | undefined;
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
  /**
   * Groups by how many members they have. Lists are kept when they are empty: maps and sets, which are made anew when
   * their last entry goes, cost more than all else here. BOUNDED: by the most members that a group ever had.
   */
  readonly #bySize: (LinkedList<Group<T>> | undefined)[] = [];
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
    return this.#bySize[this.#largest]?.first?.value.members.first?.value;
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
    const members = new LinkedList<T>();
    const group: Group<T> = { name, members, turn: undefined, rank: undefined };
    group.turn = this.#turns.append(group);
    this.#groups.set(name, group);
    return group;
  }

  #resized(group: Group<T>, before: number): void {
    const { size } = group.members;
    const { rank } = group;
    if (rank !== undefined) this.#bySize[before]!.remove(rank);
    if (size === 0) group.rank = undefined;
    else {
      const same = (this.#bySize[size] ??= new LinkedList());
      if (rank === undefined) group.rank = same.append(group);
      else same.attach(rank);
    }
    // By one at a time: whoever left the largest size is now of the next one.
    const isGone = (this.#bySize[this.#largest]?.size ?? 0) === 0;
    if (size > this.#largest || isGone) this.#largest = size;
  }
}
