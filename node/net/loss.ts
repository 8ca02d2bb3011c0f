/** Over so many datagrams: of 10 % by chance, 15 % is seldom seen. */
const DATAGRAMS = 100;

/** Which share of the datagrams does not come. */
export class Loss {
  #came = 0;
  #lost = 0;
  #share = 0;

  /** `lost`: datagrams before this one that did not come; negative when one of these comes after all. */
  arrived(lost: number): void {
    this.#came += 1;
    this.#lost = Math.max(0, this.#lost + lost);
    const all = this.#came + this.#lost;
    if (all < DATAGRAMS) return;
    this.#share = this.#lost / all;
    this.#came = 0;
    this.#lost = 0;
  }

  /** Of the last DATAGRAMS, 0 to 1. */
  get share(): number {
    return this.#share;
  }
}
