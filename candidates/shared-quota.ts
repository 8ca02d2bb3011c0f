/**
 * A number of things that groups take, so that there always is one left for a newcomer: nobody holds more than what is
 * left for all others (Choudhury and Hahne's dynamic threshold). One group alone gets half, n groups get 1 / (n + 1)
 * each, and the last one goes to whoever has none. BOUNDED: by the groups that hold something, so by `max`.
 */
export class SharedQuota {
  #max: number;
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether one more may be this group's. */
  hasRoomFor(group: string): boolean {
    return (this.#held.get(group) ?? 0) < this.#max - this.#taken;
  }

  /** Takes one, if there is one for this group. */
  take(group: string): boolean {
    if (!this.hasRoomFor(group)) return false;
    this.#held.set(group, (this.#held.get(group) ?? 0) + 1);
    this.#taken++;
    return true;
  }

  /** There are so many more. */
  grow(by: number): void {
    this.#max += by;
  }

  /** Gives one back that was taken. */
  release(group: string): void {
    const left = this.#held.get(group)! - 1;
    if (left > 0) this.#held.set(group, left);
    else this.#held.delete(group);
    this.#taken--;
  }
}
