import type { Random } from "../wire/crypto.ts";
import { type Place, Rotation } from "./rotation.ts";

interface Group<T> {
  readonly name: string;
  readonly members: Rotation<T>;
  /** Place in the rotation of the groups. */
  link: Place<Group<T>> | undefined;
}

/** A place in a rotation, for leaving it. */
export interface Turn<T> {
  readonly group: Group<T>;
  readonly link: Place<T>;
}

/**
 * A round-robin over groups, and in each group over its members: whoever has 60,000 ports in one network gets the turns
 * of one network. BOUNDED: by its members.
 */
export class GroupRotation<T> {
  readonly #groups = new Map<string, Group<T>>();
  readonly #turns = new Rotation<Group<T>>();
  #size = 0;

  /** Members. */
  get size(): number {
    return this.#size;
  }

  get groups(): number {
    return this.#groups.size;
  }

  /** Turns after which everybody had one, where each is a group: what is left of this round, and the next one. */
  get turnsForAll(): number {
    return 2 * this.#size;
  }

  add(value: T, name: string): Turn<T> {
    const group = this.#groups.get(name) ?? this.#newGroup(name);
    this.#size++;
    return { group, link: group.members.add(value) };
  }

  /** `turn` must be of this rotation, and used once. */
  remove({ group, link }: Turn<T>): void {
    group.members.remove(link);
    this.#size--;
    if (group.members.size > 0) return;
    this.#turns.remove(group.link!);
    this.#groups.delete(group.name);
  }

  /** Whose turn it is; undefined when empty. */
  next(random: Random): T | undefined {
    return this.#turns.next(random)?.members.next(random);
  }

  #newGroup(name: string): Group<T> {
    const group: Group<T> = { name, members: new Rotation<T>(), link: undefined };
    group.link = this.#turns.add(group);
    this.#groups.set(name, group);
    return group;
  }
}
