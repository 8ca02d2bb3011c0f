import type { Random } from "../../wire/crypto.ts";

/**
 * Numbers from `low` to `high`, each once, in random order; drawn as they are asked for (Fisher and Yates). All, or
 * `limit`.
 */
export function* shuffled(
  low: number,
  high: number,
  random: Random,
  limit = Infinity,
): Generator<number, void> {
  const count = high - low + 1;
  /** Where a number was moved to. BOUNDED: by the numbers drawn. */
  const moved = new Map<number, number>();
  for (let left = count; left > Math.max(0, count - limit); left--) {
    const at = random.below(left);
    const drawn = moved.get(at) ?? at;
    moved.set(at, moved.get(left - 1) ?? left - 1);
    yield low + drawn;
  }
}
