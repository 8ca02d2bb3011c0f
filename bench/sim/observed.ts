import type { Effect } from "../../node/core/effects.ts";
import type { EngineOptions } from "../../node/engine/engine.ts";
import type { Input, Instant } from "../../node/core/inputs.ts";
import type { EngineObserver } from "../../node/record/engine-observer.ts";
import type { EngineFactory, EngineLike } from "../../node/testing/node.ts";
import { WrappedEngine } from "./wrapped-engine.ts";

/** Engines as `make` makes them, each with an observer of its own looking on. */
export function observed(
  make: EngineFactory,
  observe: (options: EngineOptions) => EngineObserver,
): EngineFactory {
  return (options) => new ObservedEngine(make(options), observe(options));
}

class ObservedEngine extends WrappedEngine {
  readonly #observer: EngineObserver;
  #at: Instant = { now: 0, wall: 0 };

  constructor(engine: EngineLike, observer: EngineObserver) {
    super(engine);
    this.#observer = observer;
  }

  override handle(input: Input, at: Instant): void {
    this.#at = at;
    this.#observer.input(input, at);
    this.engine.handle(input, at);
  }

  override poll(): Effect | undefined {
    const effect = this.engine.poll();
    if (effect === undefined) this.#observer.drained?.();
    else this.#observer.effect(effect, this.#at);
    return effect;
  }
}
