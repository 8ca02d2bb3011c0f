import type { Scheduled, VirtualClock } from "./clock.ts";

/** A deadline that does not move although it was served this often in one instant never will. */
const MAX_WAKES_PER_INSTANT = 10_000;

/**
 * One node's next wake-up. Planned events cannot be taken back, so one whose deadline was moved forward is
 * ignored when its time comes, and one whose deadline was moved back looks again then: a deadline that moves
 * with every datagram plans nothing new.
 */
export class Wake {
  readonly #clock: VirtualClock;
  readonly #wakeUp: () => void;
  #deadline = Infinity;
  /** Time of the event that counts; Infinity when none does. */
  #plannedFor = Infinity;
  #lastMs = -1;
  #wakesNow = 0;

  constructor(clock: VirtualClock, wakeUp: () => void) {
    this.#clock = clock;
    this.#wakeUp = wakeUp;
  }

  /** Wakes up at `deadline`, in monotonic milliseconds, and not at any deadline named before. */
  arm(deadline: number): void {
    if (Number.isNaN(deadline)) throw new RangeError("the deadline is not a number");
    this.#deadline = deadline;
    const time = Math.max(deadline, this.#clock.now);
    if (time >= this.#plannedFor) return;
    this.#plannedFor = time;
    this.#clock.at(time, new WakeEvent(this, time));
  }

  cancel(): void {
    this.#deadline = Infinity;
  }

  /** Called by the planned event. */
  due(time: number): void {
    if (time !== this.#plannedFor) return;
    this.#plannedFor = Infinity;
    if (this.#deadline > time) return this.arm(this.#deadline);
    this.#wakesNow = this.#lastMs === time ? this.#wakesNow + 1 : 0;
    this.#lastMs = time;
    if (this.#wakesNow > MAX_WAKES_PER_INSTANT) throw new Error("the deadline stands still");
    this.#wakeUp();
  }
}

class WakeEvent implements Scheduled {
  readonly #wake: Wake;
  readonly #time: number;

  constructor(wake: Wake, time: number) {
    this.#wake = wake;
    this.#time = time;
  }

  fire(): void {
    this.#wake.due(this.#time);
  }
}
