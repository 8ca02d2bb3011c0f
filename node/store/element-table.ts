/** Share of the slots in use at which the table grows, and by what: 20 to 30 bytes per entry. */
const MAX_LOAD = 0.8;
const GROWTH = 1.5;
const LEAST_SLOTS = 64;

/** Receives what stands under an element; returning true ends the search. */
type Candidate = (globalTime: number, w0: number) => boolean;

/**
 * Where the bundles stand in the index that a keyed hash of 32 bits names: a hash table with linear probing in typed
 * arrays, 16 bytes a slot. What it finds is a candidate: others may share the 32 bits.
 *
 * BOUNDED: one entry per entry of the index.
 */
export class ElementTable {
  #x: Uint32Array;
  #w0: Uint32Array;
  /** 0: the slot is free. Global times begin at 1. */
  #times: Float64Array;
  #entries = 0;
  readonly #secret: number;

  /**
   * `entries`: so many have room before it grows for the first time. `secret`: 32 bits that decide where hashes go.
   * Everybody knows the key of the hashes: who made bundles whose hashes are close together could else make each
   * look-up pass all of them.
   */
  constructor(entries = 0, secret = 0) {
    this.#secret = secret;
    const slots = Math.max(LEAST_SLOTS, Math.ceil(entries / MAX_LOAD));
    this.#x = new Uint32Array(slots);
    this.#w0 = new Uint32Array(slots);
    this.#times = new Float64Array(slots);
  }

  add(x: number, globalTime: number, w0: number): void {
    if (this.#entries >= this.#times.length * MAX_LOAD) this.#grow();
    this.#put(x, globalTime, w0);
    this.#entries += 1;
  }

  remove(x: number, globalTime: number, w0: number): void {
    for (let at = this.#home(x); this.#times[at] !== 0; at = this.#next(at)) {
      if (this.#x[at] !== x || this.#times[at] !== globalTime || this.#w0[at] !== w0) continue;
      this.#close(at);
      this.#entries -= 1;
      return;
    }
  }

  search(x: number, visit: Candidate): void {
    for (let at = this.#home(x); this.#times[at] !== 0; at = this.#next(at)) {
      if (this.#x[at] === x && visit(this.#times[at]!, this.#w0[at]!)) return;
    }
  }

  #put(x: number, globalTime: number, w0: number): void {
    let at = this.#home(x);
    while (this.#times[at] !== 0) at = this.#next(at);
    this.#x[at] = x;
    this.#times[at] = globalTime;
    this.#w0[at] = w0;
  }

  /** Frees a slot, and moves up those behind it that would not be found beyond a free one. */
  #close(freed: number): void {
    let gap = freed;
    for (let at = this.#next(gap); this.#times[at] !== 0; at = this.#next(at)) {
      const fromHome = this.#distance(this.#home(this.#x[at]!), at);
      if (fromHome < this.#distance(gap, at)) continue;
      this.#x[gap] = this.#x[at]!;
      this.#times[gap] = this.#times[at]!;
      this.#w0[gap] = this.#w0[at]!;
      gap = at;
    }
    this.#times[gap] = 0;
  }

  #grow(): void {
    const [xs, times, w0s] = [this.#x, this.#times, this.#w0];
    const slots = Math.ceil(times.length * GROWTH);
    this.#x = new Uint32Array(slots);
    this.#times = new Float64Array(slots);
    this.#w0 = new Uint32Array(slots);
    for (let i = 0; i < times.length; i += 1) {
      if (times[i] !== 0) this.#put(xs[i]!, times[i]!, w0s[i]!);
    }
  }

  #home(x: number): number {
    // The mixing steps of MurmurHash3's finalizer (Appleby).
    let mixed = x ^ this.#secret;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed = (mixed ^ (mixed >>> 16)) >>> 0;
    return Math.floor((mixed / 0x1_0000_0000) * this.#times.length);
  }

  #next(at: number): number {
    return at + 1 === this.#times.length ? 0 : at + 1;
  }

  /** Slots from one to another, onward. */
  #distance(from: number, to: number): number {
    return to >= from ? to - from : to - from + this.#times.length;
  }
}
