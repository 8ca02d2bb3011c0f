import type { Random } from "../../../wire/crypto.ts";
import type { BloomOffer, Subset } from "../../../wire/message.ts";
import type { HeldIndex } from "../../store/store.ts";
import { bloomOffer, countIn, everything } from "../subset.ts";

/** Bundles that the newest part of a set has, about. One reply brings them all, so that none of them waits for older ones. */
const TAIL_BUNDLES = 64;
/** Room in the filter beyond what is held of the tail: so much for every bundle at 1 % false positives. */
const BITS_PER_BUNDLE = 10;

/** What is newest: as many global times as that number of bundles take on average, up to everything newer. */
export function tailOf(newest: number, count: number, acceptable: number): Subset {
  const timePerBundle = newest / Math.max(1, count);
  const low = newest - Math.ceil(TAIL_BUNDLES * timePerBundle);
  return { ...everything(acceptable), low: Math.min(acceptable, Math.max(1, low)) };
}

/**
 * Asks for what is newest, whatever else is missing: a filter just as large as it needs. `told`: bundles that the peer holds and their
 * highest global time, as it says; `filterBytes`: the most that a request has room for.
 */
export function tailOffer(
  index: HeldIndex,
  told: { count: number; globalTime: number },
  acceptable: number,
  filterBytes: number,
  falsePositiveRate: number,
  random: Random,
): BloomOffer {
  const subset = tailOf(told.globalTime, told.count, acceptable);
  const needed = Math.ceil((Math.max(TAIL_BUNDLES, countIn(index, subset)) * BITS_PER_BUNDLE) / 8);
  const bytes = Math.min(filterBytes, needed);
  return bloomOffer(index, subset, bytes, falsePositiveRate, random).offer;
}
