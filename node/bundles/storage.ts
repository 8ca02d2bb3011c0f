import type { Context } from "../core/context.ts";
import type { StorageRefusal } from "../core/counters.ts";
import type { StorageRoom } from "../core/inputs.ts";
import { Alarm } from "../core/timers.ts";

/**
 * A disk that refused a write is asked to take what others hold after so long, then twice as long, up to the longest.
 */
const FIRST_REST_MS = 1_000;
/** Room that nobody announces is found so late, and a full disk costs a peer one vain offer in that time. */
const LONGEST_REST_MS = 30_000;

/** Whether more bundles fit on the disk that all overlays of a node share. */
export class Storage {
  readonly #ctx: Context;
  #room: StorageRoom = "ample";
  #restMs = 0;
  #restUntilMs = -Infinity;
  readonly #restEnds: Alarm;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    // At the end of that input every overlay sees that the disk takes more again.
    this.#restEnds = new Alarm(ctx.timers, "disk", () => {});
  }

  /** Whether others are asked for all that they hold. */
  get asks(): boolean {
    return this.#room === "ample" && !this.isResting;
  }

  /** Whether a write failed a moment ago, so that only what the user writes now is tried. */
  get isResting(): boolean {
    return this.#ctx.now < this.#restUntilMs;
  }

  /** Whether policies and grants of others are taken. */
  get takesControl(): boolean {
    return this.refuses({ isControl: true }) === undefined;
  }

  /** Why a received bundle is not taken now. */
  refuses({ isControl }: { isControl: boolean }): StorageRefusal | undefined {
    if (this.#room === "none") return "disk full";
    if (this.isResting) return "disk failing";
    if (this.#room === "own") return "memory floor";
    return this.#room === "reserve" && !isControl ? "disk floor" : undefined;
  }

  /** Why nothing can be published now, in one sentence. */
  get refusesOwn(): string | undefined {
    return this.#room === "none" ? "the disk is full (ENOSPC)" : undefined;
  }

  measured(room: StorageRoom): void {
    this.#room = room;
    if (room === "ample") this.#rest(0);
  }

  /** A commit worked. A small one may where a large one does not: what was begun as a rest is rested. */
  worked(): void {
    if (!this.isResting) this.#restMs = 0;
  }

  failed(): void {
    this.#rest(Math.min(Math.max(FIRST_REST_MS, 2 * this.#restMs), LONGEST_REST_MS));
  }

  #rest(ms: number): void {
    this.#restMs = ms;
    this.#restUntilMs = this.#ctx.now + ms;
    this.#restEnds.set(ms > 0 ? this.#restUntilMs : Infinity);
  }
}
