import type { Counters } from "../../../../node/core/counters.ts";
import type { Effect } from "../../../../node/core/effects.ts";
import { Engine, type EngineOptions } from "../../../../node/engine/engine.ts";
import type { Input, Instant } from "../../../../node/core/inputs.ts";
import type { EngineLike } from "../../../../node/testing/node.ts";

/** The real engine, with a place to break it: what goes in and what comes out can be changed. */
export class WrappedEngine implements EngineLike {
  protected readonly engine: Engine;
  readonly #extra: Effect[] = [];

  constructor(options: EngineOptions) {
    this.engine = new Engine(options);
  }

  handle(input: Input, at: Instant): void {
    this.engine.handle(input, at);
  }

  poll(): Effect | undefined {
    const extra = this.#extra.shift();
    if (extra !== undefined) return extra;
    const effect = this.engine.poll();
    return effect === undefined ? undefined : this.changed(effect);
  }

  deadline(): number {
    return this.engine.deadline();
  }

  overlays(): ReturnType<Engine["overlays"]> {
    return this.engine.overlays();
  }

  peers(overlay: string): ReturnType<Engine["peers"]> {
    return this.engine.peers(overlay);
  }

  contacts(overlay: string): ReturnType<Engine["contacts"]> {
    return this.engine.contacts(overlay);
  }

  nat(): ReturnType<Engine["nat"]> {
    return this.engine.nat();
  }

  get counters(): Counters {
    return this.engine.counters;
  }

  /** The effect as it leaves. */
  protected changed(effect: Effect): Effect {
    return effect;
  }

  /** Has one more effect. */
  protected add(effect: Effect): void {
    this.#extra.push(effect);
  }
}
