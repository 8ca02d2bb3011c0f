import { EventQueue } from "./queue.ts";

/** Unix milliseconds at virtual time 0: 2030-01-01T00:00:00Z, a fixed day so that runs repeat. */
export const WALL_ORIGIN_MS = 1_893_456_000_000;

/** Something that happens at a point in virtual time. */
export interface Scheduled {
  fire(): void;
}

/** Virtual time: it stands still while an event is handled and jumps to the next one. */
export class VirtualClock {
  readonly #queue = new EventQueue<Scheduled>();
  #now = 0;

  /** Virtual monotonic milliseconds since the world began; fractions occur. */
  get now(): number {
    return this.#now;
  }

  /** Virtual Unix milliseconds, whole. */
  get wall(): number {
    return WALL_ORIGIN_MS + Math.floor(this.#now);
  }

  /** Events planned and not yet handled. */
  get planned(): number {
    return this.#queue.size;
  }

  /** Plans an event. A time in the past is now: after everything already planned for now. */
  at(time: number, event: Scheduled): void {
    this.#queue.push(Math.max(time, this.#now), event);
  }

  /** Handles everything up to and including `until`, then stands there. */
  advance(until: number): void {
    while (this.#queue.nextTime <= until) {
      this.#now = this.#queue.nextTime;
      this.#queue.pop()!.fire();
    }
    if (until > this.#now) this.#now = until;
  }
}
