/**
 * Bundles on their way to the store, up to which parts of everything are asked for: the network need not wait for the
 * disk, nor the threads that check for a round trip of 150 ms, at 20,000 in a second; and memory stays bounded.
 */
const MAX_AHEAD = 3_072;

/** Counts the bundles of all sessions on their way to the store. */
export class Backlog {
  readonly #eased: () => void;
  #bundles = 0;

  /** `eased`: called when there is room again, and when all are stored. */
  constructor(eased: () => void) {
    this.#eased = eased;
  }

  get isEmpty(): boolean {
    return this.#bundles === 0;
  }

  get hasRoom(): boolean {
    return this.#bundles <= MAX_AHEAD;
  }

  pending(): void {
    this.#bundles += 1;
  }

  settled(): void {
    this.#bundles -= 1;
    if (this.#bundles === MAX_AHEAD || this.#bundles === 0) this.#eased();
  }
}
