import type { Counters } from "../../node/core/counters.ts";
import type { Effect } from "../../node/core/effects.ts";
import type { Input, Instant } from "../../node/core/inputs.ts";
import type { EngineLike } from "../../node/testing/node.ts";

/** An engine in an engine's place, for those who change some of what it does. */
export class WrappedEngine implements EngineLike {
  protected readonly engine: EngineLike;

  constructor(engine: EngineLike) {
    this.engine = engine;
  }

  handle(input: Input, at: Instant): void {
    this.engine.handle(input, at);
  }

  poll(): Effect | undefined {
    return this.engine.poll();
  }

  deadline(): number {
    return this.engine.deadline();
  }

  overlays(): ReturnType<EngineLike["overlays"]> {
    return this.engine.overlays();
  }

  peers(overlay: string): ReturnType<EngineLike["peers"]> {
    return this.engine.peers(overlay);
  }

  contacts(overlay: string): ReturnType<EngineLike["contacts"]> {
    return this.engine.contacts(overlay);
  }

  nat(): ReturnType<EngineLike["nat"]> {
    return this.engine.nat();
  }

  get counters(): Counters {
    return this.engine.counters;
  }
}
