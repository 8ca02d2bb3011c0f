import type { Address } from "../../wire/address.ts";
import type { Crypto, Random } from "../../wire/crypto.ts";
import type { CounterName } from "./counters.ts";
import type { Effect, EngineEvent } from "./effects.ts";
import type { Instant } from "./inputs.ts";
import { Timers } from "./timers.ts";
import { WallClock } from "./wall-clock.ts";

/** What every part of an engine shares: the moment of the current input, the ports, the effects so far. */
export class Context {
  readonly crypto: Crypto;
  readonly random: Random;
  /** UDP payload budget in bytes. */
  readonly datagramBytes: number;
  readonly timers = new Timers();
  /** BOUNDED: by the names. */
  readonly counters = new Map<CounterName, number>();
  /** What the current input counted about others than its sender. BOUNDED: one address for each name. */
  readonly about = new Map<CounterName, Address>();
  /** Monotonic milliseconds of the current input. */
  now = 0;
  /** Unix milliseconds of the current input. */
  wall = 0;
  /** What `wall` is worth. */
  readonly wallClock: WallClock;
  /** BOUNDED: drained after every input. */
  readonly #effects: Effect[] = [];
  #drained = 0;
  #jobs = 0;

  constructor(options: {
    crypto: Crypto;
    random: Random;
    datagramBytes: number;
    latestWallMs?: number | undefined;
  }) {
    this.crypto = options.crypto;
    this.wallClock = new WallClock(options.latestWallMs);
    this.random = options.random;
    this.datagramBytes = options.datagramBytes;
  }

  advance(at: Instant): void {
    this.now = at.now;
    this.wall = at.wall;
    this.wallClock.advance(at);
    // To clear a map, even an empty one, makes it anew.
    if (this.about.size > 0) this.about.clear();
  }

  /** The number of an effect that will be answered: no other of this engine has it. */
  nextJob(): number {
    return ++this.#jobs;
  }

  emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  notify(event: EngineEvent): void {
    this.emit({ kind: "notify", event });
  }

  /** `about`: the address that it is about, where that is not the sender's; for whoever reads the log. */
  countAbout(name: CounterName, about: Address): void {
    this.about.set(name, about);
    this.count(name);
  }

  count(name: CounterName, by = 1): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + by);
  }

  take(): Effect | undefined {
    const effect = this.#effects[this.#drained];
    if (effect !== undefined) {
      this.#drained++;
      return effect;
    }
    if (this.#drained > 0) this.#effects.length = 0;
    this.#drained = 0;
    return undefined;
  }

  get isDrained(): boolean {
    return this.#drained >= this.#effects.length;
  }
}
