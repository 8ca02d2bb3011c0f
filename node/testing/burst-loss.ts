import type { SeededRandom } from "./random.ts";

/** Probabilities per datagram, 0 to 1. */
export interface BurstLossOptions {
  /** That a good time ends. */
  worsens: number;
  /** That a bad time ends: its mean length is 1 / `recovers` datagrams. */
  recovers: number;
  /** That a datagram is lost in a good time, and in a bad one. */
  lossWhenGood: number;
  lossWhenBad: number;
}

/**
 * Loss in bursts: a line has good times and bad ones, and loses more in the bad (Gilbert 1960, Elliott 1963). The state
 * is that of one direction of a line, shared by all that passes it.
 */
export class BurstLoss {
  readonly #options: BurstLossOptions;
  #isBad = false;

  constructor(options: BurstLossOptions) {
    this.#options = options;
  }

  /** This share of all datagrams (0 to 1) is lost, in runs of `meanBurst` datagrams (from 1 on). */
  static of(share: number, meanBurst: number): BurstLoss {
    if (!(share >= 0 && share < 1)) throw new RangeError("a share below one is lost");
    const recovers = 1 / meanBurst;
    // In balance as many bad times begin as end: (1 - share) * worsens = share * recovers.
    const worsens = (share * recovers) / (1 - share);
    if (!(recovers <= 1 && worsens <= 1)) {
      throw new RangeError(`a share of ${share} is not lost in runs of ${meanBurst}`);
    }
    return new BurstLoss({ worsens, recovers, lossWhenGood: 0, lossWhenBad: 1 });
  }

  /** Whether the next datagram is lost. */
  loses(random: SeededRandom): boolean {
    const { worsens, recovers, lossWhenGood, lossWhenBad } = this.#options;
    const changes = random.float() < (this.#isBad ? recovers : worsens);
    if (changes) this.#isBad = !this.#isBad;
    return random.float() < (this.#isBad ? lossWhenBad : lossWhenGood);
  }
}
