import { leftByFilter, sum } from "./ascent.ts";
import { exchangeBytes, falsePositive, filterModel, type FilterModel } from "./filter.ts";
import { predictModulo } from "./modulo.ts";
import { predictPivot } from "./pivot.ts";
import { mostPerFilter, offersPerFilter } from "./replies.ts";

/** Two nodes of the faithful profile, one of which lacks some of what the other holds. */
export interface Difference {
  /** Bundles that the other holds, at one global time each. */
  total: number;
  missing: number;
  /** `random`: anywhere; `newest`: the last ones; a node without any bundle lacks `random` ones. */
  where: "random" | "newest";
  falsePositiveRate: number;
  /** Limit of one answer. */
  replyBytes: number;
  /** Bytes of one bundle as the limit counts them: author, body, signature. */
  bundleBytes: number;
}

export interface Prediction {
  /** Offers until everything is found. */
  offers: number;
  /** UDP payload bytes of these offers and the responses to them, without bundles. */
  bytes: number;
}

/**
 * How many offers find all differences, by the rules of `node/sync`, with no constant fitted to a measurement:
 *
 * 1. Nodes that hold no more than a filter's capacity C offer everything: every offer is for all.
 * 2. Who lacks more than C asks for classes of all times, drawn at random (modulo.ts), until C are missing. Its very
 * first
 *    offer is a window, since nobody has told yet how much there is.
 * 3. Then it draws windows of C held bundles (pivot.ts) until the last missing one was in a window and no false
 * positive there.
 *
 * A filter that brought something is sent again until it brings nothing, or is full (replies.ts): so each draw that
 * pays costs its answers and one offer in vain, but for the last one of all.
 */
export function predictOffers(difference: Difference): Prediction {
  const { total, replyBytes, bundleBytes, falsePositiveRate, where } = difference;
  const filter = filterModel(falsePositiveRate);
  const perAnswer = Math.ceil(replyBytes / bundleBytes);
  let [held, missing] = [total - difference.missing, difference.missing];
  let offers = 0;
  let density = (_below: number): number => 1;
  if (missing > filter.capacity) {
    const isEmpty = held === 0;
    const lagged = predictModulo({ held, missing }, filter.capacity, filter, perAnswer);
    offers = lagged.offers;
    ({ held, missing } = lagged);
    if (isEmpty) density = tailOfAscent(total, filter, lagged.mostPerFilter);
  }
  // What is held among the newest fits a window, so that one of them has all that is missing.
  const inOneWindow = where === "newest" && difference.missing - missing <= filter.capacity;
  offers += inOneWindow
    ? oneWindow(held, missing, filter, perAnswer)
    : windows({ held, missing, filter, perAnswer, density });
  return { offers, bytes: offers * exchangeBytes(total) };
}

/**
 * Where a node that began with nothing still lacks something. Answers ascend, so each draw takes from one class of m
 * its oldest S missing bundles, S being what one filter brings: what is not among the oldest S m of all is untouched,
 * and the rest decays by 1 / m per draw while S more come within reach. So the missing density grows towards the newest
 * as e^(t / S m).
 */
function tailOfAscent(total: number, { capacity }: FilterModel, perFilter: number) {
  const reach = (perFilter * total) / capacity;
  return (below: number): number => Math.exp((-below * total) / reach);
}

interface Windows {
  held: number;
  missing: number;
  filter: FilterModel;
  perAnswer: number;
  density: (below: number) => number;
}

/** Parts of all times in which the missing are counted while everything is asked for. */
const PARTS = 256;

function windows(lacking: Windows): number {
  const { filter, perAnswer } = lacking;
  const { capacity } = filter;
  let { held, missing, density } = lacking;
  let offers = 0;
  // Who holds less than a filter's capacity asks for everything, until it holds more.
  if (held <= capacity && held + missing > capacity) {
    let parts = partsOf(missing, density);
    while (held <= capacity && held + missing > capacity) {
      const replies = { perAnswer, room: held < 1 ? 0 : filter.fullAt - held };
      parts = leftByFilter(filter, held, parts, mostPerFilter(replies));
      const found = missing - sum(parts);
      offers += offersPerFilter(found, replies);
      held += found;
      missing -= found;
    }
    density = (below) => parts[Math.floor((1 - below) * PARTS)]!;
  }
  if (held <= capacity) return offers + oneWindow(held, missing, filter, perAnswer);
  const replies = { perAnswer, room: filter.fullAt - capacity };
  const most = mostPerFilter(replies);
  const seen = 1 - falsePositive(filter, capacity);
  // While a window lacks more than one filter brings, every draw brings just that.
  while ((seen * missing * capacity) / held > most) {
    offers += offersPerFilter(most, replies);
    held += most;
    missing -= most;
  }
  const times = held + missing;
  // What takes longest is found last, when nearly everything is held: windows of C bundles then span C times.
  const windowTimes = capacity;
  const { draws, paid } = predictPivot(
    { times, windowTimes, missing, density, seen },
    // The draw itself is counted among the draws.
    (found) => offersPerFilter(found, replies) - 1,
  );
  // No offer in vain follows the last one that pays.
  return offers + draws + paid - 1;
}

/** Missing bundles per part of all times, oldest first. */
function partsOf(missing: number, density: (below: number) => number): Float64Array {
  const shares = new Float64Array(PARTS).map((_, i) => density(1 - (i + 0.5) / PARTS));
  const scale = missing / sum(shares);
  return shares.map((share) => share * scale);
}

/**
 * All that is missing lies in one window: the only one there is, or the newest, which is drawn when the pivot falls
 * among the newest C. Every hit takes what one filter brings; what was a false positive waits for the next.
 */
function oneWindow(held: number, missing: number, filter: FilterModel, perAnswer: number): number {
  const inFilter = Math.min(held, filter.capacity);
  const share = inFilter / Math.max(held, 1);
  const drawn = held <= filter.capacity ? 1 : 1 - Math.exp(-2 * share) + Math.exp(-2) * share;
  const replies = { perAnswer, room: inFilter < 1 ? 0 : filter.fullAt - inFilter };
  let offers = 0;
  for (let left = missing; left > 1e-3;) {
    // Half of what will be found is in the filter when a bundle is looked up, on average.
    const added = Math.min(left, mostPerFilter(replies)) / 2;
    const visible = 1 - falsePositive(filter, inFilter + added);
    // The first hit is needed for certain, later ones only if something is left.
    const needed = left === missing ? 1 : 1 - Math.exp(-left);
    const found = Math.min(left * visible, mostPerFilter(replies));
    offers += needed * (1 / drawn - 1 + offersPerFilter(found, replies));
    left -= found;
  }
  return offers - (replies.room >= 1 ? 1 : 0);
}
