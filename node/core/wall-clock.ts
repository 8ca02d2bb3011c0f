import type { Instant } from "./inputs.ts";

/**
 * When this program was made (2026-11-01, as Unix milliseconds): a wall clock that says less is wrong. A machine
 * without a battery wakes up in 1970, or on the day when its system was built. Moved forward with releases; any day
 * before one will do.
 */
export const EARLIEST_PLAUSIBLE_WALL_MS = 1_793_491_200_000;
/** More than a clock that is kept in step moves at once, and much less than FADING_MS. */
const JUMP_MS = 5_000;
/**
 * So long nothing expires after a jump, or a start: a clock that is wrong for a moment (a machine that wakes up, is
 * restored or started before the network tells the time, a date mistyped) is put right by then, and everything else
 * can wait so long.
 */
export const DOUBT_MS = 5 * 60_000;
/**
 * So long before it expires a bundle is left out of what is compared: clocks that differ by less never make one node
 * fetch again what another has just let go.
 */
export const FADING_MS = 120_000;

/** What the wall clock is worth, by which bundles expire: whether it jumped, or cannot be right. */
export class WallClock {
  /** What the wall clock is ahead of the monotonic one: at the last input, and as far as it is believed. */
  #aheadMs: number | undefined;
  #believedMs = 0;
  #now = 0;
  #doubtUntilMs = Infinity;

  /** Looks at the clocks of an input. */
  advance({ now, wall }: Instant): void {
    const before = this.#aheadMs;
    const ahead = wall - now;
    this.#now = now;
    this.#aheadMs = ahead;
    if (before === undefined) this.#believedMs = ahead;
    if (before === undefined || Math.abs(ahead - before) > JUMP_MS) {
      this.#doubtUntilMs = now + DOUBT_MS;
    }
    const hasComeBack = Math.abs(ahead - this.#believedMs) <= JUMP_MS;
    if (hasComeBack || now >= this.#doubtUntilMs) this.#believedMs = ahead;
  }

  /** Whether it says something that can be. */
  get isPlausible(): boolean {
    return this.#now + (this.#aheadMs ?? 0) >= EARLIEST_PLAUSIBLE_WALL_MS;
  }

  /** Whether what expires at this Unix second is to go. Never while the clock is in doubt. */
  isPast(expires: number): boolean {
    if (this.#now < this.#doubtUntilMs || !this.isPlausible) return false;
    return expires * 1_000 <= this.#wall;
  }

  /**
   * Whether it expires so soon, or has expired, that it is not compared any more. In doubt the clock before the jump
   * goes on.
   */
  isFading(expires: number): boolean {
    return this.isPlausible && expires * 1_000 - FADING_MS <= this.#wall;
  }

  get #wall(): number {
    return this.#now + this.#believedMs;
  }
}
