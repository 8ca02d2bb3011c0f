/** Something planned for a moment; `cancelled` keeps it from running. */
export interface Timer {
  /** What it is for, such as "step": the answer to why the engine woke. */
  readonly name: string;
  readonly at: number;
  cancelled: boolean;
}

interface Planned extends Timer {
  readonly order: number;
  readonly run: () => void;
}

/**
 * What is planned, earliest first, in order of planning among equals: a binary heap.
 * BOUNDED: by what the planners bound (one step per overlay, three retransmissions per outstanding request, ...).
 */
export class Timers {
  readonly #heap: Planned[] = [];
  #planned = 0;
  /** Names of what ran at the last input, in order. BOUNDED: by what was due. */
  readonly #woke: string[] = [];

  /** Names of what ran at the last input, in order. */
  get woke(): readonly string[] {
    return this.#woke;
  }

  /** Plans `run` for monotonic millisecond `at`. */
  plan(name: string, at: number, run: () => void): Timer {
    const timer: Planned = { name, at, cancelled: false, order: this.#planned++, run };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  /** When the next timer is due; Infinity when none is. */
  deadline(): number {
    while (this.#heap[0]?.cancelled === true) this.#take();
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Runs what is due. What it plans for `now` runs as well. */
  run(now: number): void {
    if (this.#woke.length > 0) this.#woke.length = 0;
    while (this.deadline() <= now) {
      const timer = this.#take();
      this.#woke.push(timer.name);
      timer.run();
    }
  }

  #take(): Planned {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(at: number): void {
    const timer = this.#heap[at]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, this.#heap[parent]!)) break;
      this.#heap[at] = this.#heap[parent]!;
      at = parent;
    }
    this.#heap[at] = timer;
  }

  #sink(at: number): void {
    const timer = this.#heap[at]!;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#heap.length) break;
      const right = this.#heap[child + 1];
      if (right !== undefined && before(right, this.#heap[child]!)) child++;
      if (!before(this.#heap[child]!, timer)) break;
      this.#heap[at] = this.#heap[child]!;
      at = child;
    }
    this.#heap[at] = timer;
  }
}

/** One thing that is due at one moment at most, which can be moved or given up. */
export class Alarm {
  readonly #timers: Timers;
  readonly #name: string;
  /** Made once: an alarm is set with many datagrams. */
  readonly #fire: () => void;
  #timer: Timer | undefined;

  constructor(timers: Timers, name: string, run: () => void) {
    this.#timers = timers;
    this.#name = name;
    this.#fire = () => {
      this.#timer = undefined;
      run();
    };
  }

  /** Monotonic ms when it is due; Infinity when it is not set. */
  get at(): number {
    return this.#timer?.at ?? Infinity;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Due then and not before, whenever it was due; at Infinity: never. */
  set(at: number): void {
    // A cancelled timer stays planned until its time, so one that is right is left alone.
    if (this.#timer?.at === at) return;
    this.cancel();
    if (at === Infinity) return;
    this.#timer = this.#timers.plan(this.#name, at, this.#fire);
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#timer.cancelled = true;
    this.#timer = undefined;
  }
}

function before(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
