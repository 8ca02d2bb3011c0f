import type { EngineOptions } from "../../../../node/engine.ts";
import type { Input, Instant } from "../../../../node/inputs.ts";
import type { BundleStore } from "../../../../node/store/store.ts";
import type { EngineLike } from "../../../../bench/sim/node.ts";
import { WrappedEngine } from "./wrapped.ts";

/** Counts global times in memory alone: after a crash it begins anew, and gives times that it gave before. */
class ForgetsClock extends WrappedEngine {
  override handle(input: Input, at: Instant): void {
    super.handle(input.kind === "join" ? { ...input, store: forgetful(input.store) } : input, at);
  }
}

/** A store whose clock counts from when it was opened. */
function forgetful(store: BundleStore): BundleStore {
  const opened = store.clock;
  return {
    index: store.index,
    get admitted() {
      return store.admitted;
    },
    get clock() {
      return Math.max(0, store.clock - opened);
    },
    get: (held) => store.get(held),
    watched: () => store.watched(),
  };
}

export const forgetsClock = (options: EngineOptions): EngineLike => new ForgetsClock(options);
