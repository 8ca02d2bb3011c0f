import type { Counters } from "../../node/core/counters.ts";
import type { Effect } from "../../node/core/effects.ts";
import type { EngineOptions } from "../../node/engine/engine.ts";
import type { Input, Instant } from "../../node/core/inputs.ts";
import type { EngineObserver } from "../../node/record/engine-observer.ts";
import type { EngineFactory, EngineLike } from "../../node/testing/node.ts";

/** Engines as `make` makes them, each with an observer of its own looking on. */
export function observed(
  make: EngineFactory,
  observe: (options: EngineOptions) => EngineObserver,
): EngineFactory {
  return (options) => new ObservedEngine(make(options), observe(options));
}

class ObservedEngine implements EngineLike {
  readonly #engine: EngineLike;
  readonly #observer: EngineObserver;
  #at: Instant = { now: 0, wall: 0 };

  constructor(engine: EngineLike, observer: EngineObserver) {
    this.#engine = engine;
    this.#observer = observer;
  }

  handle(input: Input, at: Instant): void {
    this.#at = at;
    this.#observer.input(input, at);
    this.#engine.handle(input, at);
  }

  poll(): Effect | undefined {
    const effect = this.#engine.poll();
    if (effect === undefined) this.#observer.drained?.();
    else this.#observer.effect(effect, this.#at);
    return effect;
  }

  deadline(): number {
    return this.#engine.deadline();
  }

  overlays(): ReturnType<EngineLike["overlays"]> {
    return this.#engine.overlays();
  }

  peers(overlay: string): ReturnType<EngineLike["peers"]> {
    return this.#engine.peers(overlay);
  }

  contacts(overlay: string): ReturnType<EngineLike["contacts"]> {
    return this.#engine.contacts(overlay);
  }

  nat(): ReturnType<EngineLike["nat"]> {
    return this.#engine.nat();
  }

  get counters(): Counters {
    return this.#engine.counters;
  }
}
