import { happens } from "./link.ts";
import type { SeededRandom } from "./random.ts";

/** How a write that begins now will go. */
export interface Write {
  /** Until it is durable and acknowledged, or fails. */
  delayMs: number;
  /** Why nothing of it will be on the disk. */
  failure?: string;
}

/** What a machine's disk does with commits. */
export interface Disk {
  write(): Write;
  /** Whether a write under way when the machine stops reaches the disk, wholly. */
  survives(): boolean;
}

/** What can go wrong with a disk. Probabilities are 0 to 1. */
export interface DiskTroubles {
  /** Uniform in [0, maxDelayMs). */
  maxDelayMs: number;
  /** Of a full disk, or an error on the final sync. */
  failure: number;
  /** That a write under way at a crash is found complete afterwards, though nobody was told so. */
  survival: number;
}

const REASONS = ["ENOSPC: no space left on device", "EIO: i/o error, fsync"] as const;

/**
 * A disk whose writes are durable only after a while. A crash keeps a prefix of the commits: all that were
 * acknowledged, and perhaps the one under way. Never a part of one: the store that this stands for writes a
 * commit's pages first and then, in one sector, the root that makes them count, so a torn write is as good as none.
 */
export class FaultyDisk implements Disk {
  readonly #troubles: DiskTroubles;
  readonly #random: SeededRandom;
  /** Whether writes still fail: false once the faults are over. */
  failing = true;

  constructor(troubles: DiskTroubles, random: SeededRandom) {
    this.#troubles = troubles;
    this.#random = random;
  }

  write(): Write {
    const random = this.#random;
    const delayMs = random.float() * this.#troubles.maxDelayMs;
    if (!this.failing || !happens(this.#troubles.failure, random)) return { delayMs };
    return { delayMs, failure: REASONS[random.below(REASONS.length)]! };
  }

  survives(): boolean {
    return happens(this.#troubles.survival, this.#random);
  }
}
