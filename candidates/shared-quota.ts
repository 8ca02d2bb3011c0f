/**
 * A number of things that groups take, so that there always is one left for a newcomer: nobody holds more than what is
 * left for all others (Choudhury and Hahne's dynamic threshold). One group alone gets half, n groups get 1 / (n + 1)
 * each, and the last one goes to whoever has none. BOUNDED: by the groups that hold something, so by `max`.
 */
export class SharedQuota {
  #max: number;
  #taken = 0;
  /** Most quotas know one group, which needs no map: of a tracker's there are thousands in a second. */
  #first: string | undefined;
  #firstHeld = 0;
  #others: Map<string, number> | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether one more may be this group's. */
  hasRoomFor(group: string): boolean {
    return this.#heldBy(group) < this.#max - this.#taken;
  }

  /** Takes one, if there is one for this group. */
  take(group: string): boolean {
    if (!this.hasRoomFor(group)) return false;
    this.#first ??= group;
    this.#hold(group, this.#heldBy(group) + 1);
    this.#taken++;
    return true;
  }

  /** There are so many more. */
  grow(by: number): void {
    this.#max += by;
  }

  /** Gives one back that was taken. */
  release(group: string): void {
    this.#hold(group, this.#heldBy(group) - 1);
    this.#taken--;
  }

  #heldBy(group: string): number {
    return group === this.#first ? this.#firstHeld : (this.#others?.get(group) ?? 0);
  }

  #hold(group: string, count: number): void {
    if (group === this.#first) this.#firstHeld = count;
    else if (count === 0) this.#others?.delete(group);
    else (this.#others ??= new Map()).set(group, count);
  }
}
