import type { BundleRefusal } from "./counters.ts";

/**
 * What became of a bundle that the user brought. `duplicate`: another copy of it is on its way to the store;
 * `awaiting`: no grant that is held allows it.
 */
export type BroughtFate = "new" | "held" | "awaiting" | BundleRefusal;
