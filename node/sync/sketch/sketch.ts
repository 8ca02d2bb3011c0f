import type { Subset } from "../../../wire/message.ts";
import type { HeldIndex } from "../../store/store.ts";
import type { EpochKey } from "../../sets/epoch.ts";
import { Effort, SKETCH_WORK } from "../../net/work.ts";
import { countIn, walkSubset } from "../subset.ts";
import { elementOf, type Element } from "../../sets/element.ts";
import { Symbols } from "../../sets/symbols.ts";

/** Reused by every call; holds nothing between calls. */
const element: Element = { x: 0, y: 0 };

/** What is held of a subset, seen as a sketch sees it. */
export interface Sketch {
  symbols: Symbols;
  /** Bundles held of the subset. */
  count: number;
}

/**
 * The first `length` symbols of what is held of a subset; undefined when that would take more work than `effort`. Of
 * everything held, they are there already, but for a moment under a new key; and where nearly everything is of the
 * subset, the rest is taken out of them.
 */
export function sketchOf(
  index: HeldIndex,
  key: EpochKey,
  subset: Subset,
  length: number,
  effort = new Effort(),
): Sketch | undefined {
  const isRange = subset.modulo === 1 && subset.idBits === 0;
  if (!isRange) return sketchFrom(new Symbols(length), index, key, [subset], effort);
  const count = countIn(index, subset);
  if (count < index.size / 2) return sketchFrom(new Symbols(length), index, key, [subset], effort);
  const whole = index.sketch(key)?.symbols.first(length);
  if (whole === undefined) return undefined;
  const { low, high } = subset;
  const outside = [
    { ...subset, low: 0, high: low - 1 },
    { ...subset, low: high + 1, high: Infinity },
  ];
  const rest = sketchFrom(whole, index, key, outside, effort);
  return rest && { symbols: rest.symbols, count };
}

/** Toggles what is held of the subsets, and counts it. */
function sketchFrom(
  symbols: Symbols,
  index: HeldIndex,
  key: EpochKey,
  subsets: readonly Subset[],
  effort: Effort,
): Sketch | undefined {
  let count = 0;
  for (const subset of subsets) {
    const ended = walkSubset(index, subset, effort, (_times, words, start, end) => {
      count += end - start;
      if (!effort.affords((end - start) * SKETCH_WORK)) return false;
      for (let w = start * 4; w < end * 4; w += 4) {
        elementOf(key, words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!, element);
        symbols.toggle(element.x, element.y);
      }
      return true;
    });
    if (ended !== "end") return undefined;
  }
  return { symbols, count };
}
