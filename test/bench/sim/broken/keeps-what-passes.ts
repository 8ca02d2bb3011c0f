import type { Effect } from "../../../../node/core/effects.ts";
import type { EngineOptions } from "../../../../node/engine/engine.ts";
import type { Input, Instant } from "../../../../node/core/inputs.ts";
import type { MemoryStore } from "../../../../node/store/memory.ts";
import type { EngineLike } from "../../../../node/testing/node.ts";
import { WrappedEngine } from "./wrapped.ts";

/** Stores what is for the moment. */
class KeepsWhatPasses extends WrappedEngine {
  #store: MemoryStore | undefined;

  override handle(input: Input, at: Instant): void {
    if (input.kind === "join") this.#store = input.store as MemoryStore;
    super.handle(input, at);
  }

  protected override changed(effect: Effect): Effect {
    if (effect.kind !== "notify" || effect.event.event !== "ephemeral") return effect;
    const { overlay, bundle } = effect.event;
    const store = this.#store!;
    const { clock, admitted } = store;
    store.apply({ add: [bundle], remove: [], clock, admitted });
    this.add({ kind: "notify", event: { event: "bundle", overlay, bundle } });
    return effect;
  }
}

export const keepsWhatPasses = (options: EngineOptions): EngineLike => new KeepsWhatPasses(options);
