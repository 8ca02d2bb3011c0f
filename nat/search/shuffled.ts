import type { Random } from "../../wire/crypto.ts";

/** All numbers from `low` to `high`, each once, in random order; drawn as they are asked for (Fisher and Yates). */
export function* shuffled(low: number, high: number, random: Random): Generator<number, void> {
  const count = high - low + 1;
  /** Where a number was moved to. BOUNDED: by the numbers drawn. */
  const moved = new Map<number, number>();
  for (let left = count; left > 0; left--) {
    const at = random.below(left);
    const drawn = moved.get(at) ?? at;
    moved.set(at, moved.get(left - 1) ?? left - 1);
    yield low + drawn;
  }
}
