import type { Random } from "../../../wire/crypto.ts";
import type { Subset } from "../../../wire/message.ts";
import type { SubsetRule } from "../../core/profile.ts";
import type { HeldIndex } from "../../store/store.ts";
import { chooseModulo, everything } from "../subset.ts";
import { choosePivot } from "./pivot.ts";

/** What a choice of a filter's subset is made from. */
export interface Situation {
  index: HeldIndex;
  /** Our global time. */
  clock: number;
  /** The highest global time that we would admit now. */
  acceptable: number;
  /** Bundles that one filter is made for. */
  capacity: number;
  /** Whether somebody is known to hold more than one filter tells. */
  isLagging: boolean;
  /** The next class, where they are asked for in turn. */
  nextTurn: () => number | undefined;
  random: Random;
}

/** Chooses of what the next filter speaks. */
export type SubsetSelector = (situation: Situation) => Subset;

export const SUBSET_SELECTORS: Record<SubsetRule, SubsetSelector> = {
  /** Far behind somebody: a class of all times, so that every part is as likely. Otherwise what is recent. */
  dispersy: (situation) => (situation.isLagging ? modulo(situation) : pivot(situation)),
  modulo,
  pivot,
  random: anywhere,
};

function modulo({ index, acceptable, capacity, random, nextTurn }: Situation): Subset {
  return chooseModulo(index, everything(acceptable), capacity, random, nextTurn());
}

function pivot({ index, clock, capacity, acceptable, random }: Situation): Subset {
  return choosePivot(index, clock, capacity, acceptable, random);
}

/** As many as fit from any one on, all alike; what the other rules are held against. */
function anywhere({ index, acceptable, capacity, random }: Situation): Subset {
  const all = everything(acceptable);
  if (index.size <= capacity) return all;
  // From before the first one on, so that the oldest are offered as often as the others.
  const from = random.below(index.size + capacity) - capacity;
  const low = from <= 0 ? 1 : index.timeAt(from);
  const end = from + capacity;
  const high = end >= index.size ? acceptable : Math.max(low, index.timeAt(Math.max(0, end)) - 1);
  return { ...all, low: Math.min(low, acceptable), high: Math.min(high, acceptable) };
}
