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

/**
 * So long a clock that is behind what it once told has to go on before that counts no more. Longer than DOUBT_MS: what
 * has expired would be admitted again by a clock that is behind, while by one that was ahead what has not comes later.
 */
export const BEHIND_MS = 30 * 60_000;

/** What the wall clock is worth, by which bundles expire: whether it jumped, or cannot be right. */
export class WallClock {
  /** What the wall clock is ahead of the monotonic one: at the last input, and as far as it is believed. */
  #aheadMs: number | undefined;
  #believedMs = 0;
  #now = 0;
  #doubtUntilMs = Infinity;
  #latestMs: number;
  /** Since when it is believed and behind `latestMs`. */
  #behindSinceMs: number | undefined;

  /** `latestMs`: the latest that it told in earlier runs. */
  constructor(latestMs = 0) {
    this.#latestMs = latestMs;
  }

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
    this.#noteLatest();
  }

  #noteLatest(): void {
    if (this.#isDoubtful) {
      this.#behindSinceMs = undefined;
      return;
    }
    if (this.#wall < this.#latestMs) this.#behindSinceMs ??= this.#now;
    else this.#behindSinceMs = undefined;
    const isBehind =
      this.#behindSinceMs !== undefined && this.#now - this.#behindSinceMs < BEHIND_MS;
    if (!isBehind) this.#latestMs = this.#wall;
  }

  /** The latest Unix milliseconds that it told without a doubt, in earlier runs too. */
  get latestMs(): number {
    return this.#latestMs;
  }

  get #isDoubtful(): boolean {
    return this.#now < this.#doubtUntilMs || !this.isPlausible;
  }

  /** Whether it says something that can be. */
  get isPlausible(): boolean {
    return this.#now + (this.#aheadMs ?? 0) >= EARLIEST_PLAUSIBLE_WALL_MS;
  }

  /** Whether what expires at this Unix second is to go. Never while the clock is in doubt. */
  isPast(expires: number): boolean {
    return !this.#isDoubtful && expires * 1_000 <= this.#wall;
  }

  /**
   * Whether it may have expired: by what the clock tells, by what it told before a jump, or ever. Such is not admitted,
   * in doubt too: what has not expired comes once the clock is right.
   */
  mayBePast(expires: number): boolean {
    const told = this.isPlausible ? this.#now + (this.#aheadMs ?? 0) : EARLIEST_PLAUSIBLE_WALL_MS;
    return expires * 1_000 <= Math.max(told, this.#wall, this.#latestMs);
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
