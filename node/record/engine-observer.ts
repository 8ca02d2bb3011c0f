import type { Effect } from "../core/effects.ts";
import type { Input, Instant } from "../core/inputs.ts";

/** Sees everything that goes into one run of an engine and comes out of it, in order. */
export interface EngineObserver {
  input(input: Input, at: Instant): void;
  effect(effect: Effect, at: Instant): void;
  /** The input is done: all its effects were seen. */
  drained?(): void;
}
