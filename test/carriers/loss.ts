import { SeededRandom } from "../../node/testing/random.ts";

/** What all lines have: decides what gets lost, and keeps what does not. */
export class Loss {
  loss = 0;
  lost = 0;
  readonly carried: Uint8Array[] = [];
  readonly #random = new SeededRandom("carriers", "loss");

  isLost(): boolean {
    const isLost = this.#random.float() < this.loss;
    if (isLost) this.lost++;
    return isLost;
  }

  /** A copy of something is kept, unless it is lost; whether it is passed on. */
  passes(bytes: Uint8Array): boolean {
    if (this.isLost()) return false;
    this.carried.push(Uint8Array.from(bytes));
    return true;
  }
}
