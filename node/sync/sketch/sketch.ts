import type { Subset } from "../../../wire/message.ts";
import type { HeldIndex } from "../../store/store.ts";
import type { EpochKey } from "../epoch.ts";
import { countIn, walkSubset } from "../subset.ts";
import { elementOf, type Element } from "./element.ts";
import { Symbols } from "./symbols.ts";

/** Reused by every call; holds nothing between calls. */
const element: Element = { x: 0, y: 0 };

/** What is held of a subset, seen as a sketch sees it. */
export interface Sketch {
  symbols: Symbols;
  /** Bundles held of the subset. */
  count: number;
}

/**
 * The first `length` symbols of what is held of a subset; undefined when that would take a look at more than `maxScanned` entries of
 * the index. Of everything held, they are there already.
 */
export function sketchOf(
  index: HeldIndex,
  key: EpochKey,
  subset: Subset,
  length: number,
  maxScanned = Infinity,
): Sketch | undefined {
  const isRange = subset.modulo === 1 && subset.idBits === 0;
  if (isRange && countIn(index, subset) === index.size) {
    return { symbols: index.sketch(key).symbols.first(length), count: index.size };
  }
  const symbols = new Symbols(length);
  let count = 0;
  const ended = walkSubset(index, subset, maxScanned, (_times, words, start, end) => {
    count += end - start;
    for (let w = start * 4; w < end * 4; w += 4) {
      elementOf(key, words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!, element);
      symbols.toggle(element.x, element.y);
    }
    return true;
  });
  return ended === "end" ? { symbols, count } : undefined;
}
