import type { Subset } from "../../wire/message.ts";
import type { HeldIndex } from "../store/store.ts";
import { everything } from "./subset.ts";

/** The newest held bundles, at most as many as a filter holds, and everything newer: where fresh bundles are, whatever else is missing. */
export function tailOf(index: HeldIndex, capacity: number, acceptable: number): Subset {
  const all = everything(acceptable);
  if (index.size <= capacity) return all;
  // Of the global time that does not fit wholly, nothing.
  const cut = index.timeAt(index.size - capacity - 1);
  return { ...all, low: Math.min(cut + 1, acceptable) };
}
