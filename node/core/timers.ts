/** Something planned for a moment; `cancelled` keeps it from running. */
export interface Timer {
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

  /** Plans `run` for monotonic millisecond `at`. */
  plan(at: number, run: () => void): Timer {
    const timer: Planned = { at, cancelled: false, order: this.#planned++, run };
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
    while (this.deadline() <= now) this.#take().run();
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

function before(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
