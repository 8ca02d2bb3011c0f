import { falsePositive, type FilterModel } from "./filter.ts";
import { mostPerFilter, offersPerFilter } from "./replies.ts";

/** A node that lacks more than one filter holds, and draws classes at random. */
export interface Lagging {
  held: number;
  missing: number;
}

/**
 * Offers until no more than `until` bundles are missing, asking for random classes.
 *
 * With h held there are m = ceil(h / C) classes, each with h / m held bundles in its filter and a = missing / m to
 * find. A draw that hits a class takes what one filter brings, at most; later hits take the rest, and what was a false
 * positive. n draws hit a class Poisson(n / m) times (the coupon collector over classes, stopped early), once each when
 * m = 1. With the next C bundles m grows by one and mixes the classes anew: the sum goes epoch by epoch.
 */
export function predictModulo(
  { held, missing }: Lagging,
  until: number,
  filter: FilterModel,
  perAnswer: number,
): Lagging & { offers: number; mostPerFilter: number } {
  let offers = 0;
  let most = perAnswer;
  while (missing > until) {
    const classes = Math.max(1, Math.ceil(held / filter.capacity));
    const wanted = Math.min(missing - until, Math.max(1, classes * filter.capacity + 1 - held));
    const inFilter = held / classes;
    // A filter of nothing is one byte, and never sent again.
    const room = inFilter < 1 ? 0 : filter.fullAt - inFilter;
    most = mostPerFilter({ perAnswer, room });
    const hits = hitsOf(missing / classes, 1 - falsePositive(filter, inFilter), {
      perAnswer,
      room,
    });
    const draws = drawsFor(wanted, classes, hits);
    offers += sumOverHits(draws, classes, hits, ({ offers }) => offers);
    held += wanted;
    missing -= wanted;
  }
  return { held, missing, offers, mostPerFilter: most };
}

/** What the first, second, ... draw that hits a class finds there, and the offers it takes. */
interface Hit {
  found: number;
  offers: number;
}

const MAX_HITS = 400;

function hitsOf(
  missing: number,
  seen: number,
  replies: { perAnswer: number; room: number },
): Hit[] {
  const hits: Hit[] = [];
  const most = mostPerFilter(replies);
  for (let left = missing; hits.length < MAX_HITS;) {
    const found = Math.min(left * seen, most);
    const pays = 1 - Math.exp(-found);
    hits.push({ found, offers: 1 - pays + pays * offersPerFilter(found, replies) });
    left -= found;
  }
  return hits;
}

/** The draws after which so many bundles are found. */
function drawsFor(wanted: number, classes: number, hits: Hit[]): number {
  let [low, high] = [0, 1];
  const found = (draws: number) => sumOverHits(draws, classes, hits, ({ found }) => found);
  while (found(high) < wanted && high < MAX_HITS * classes) high *= 2;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (found(middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** Sum over all classes and the draws that hit them. */
function sumOverHits(
  draws: number,
  classes: number,
  hits: Hit[],
  value: (hit: Hit) => number,
): number {
  const mean = draws / classes;
  let sum = 0;
  // Probability of a class that it was hit exactly, and at least, j times.
  let exactly = Math.exp(-mean);
  let atLeast = 1 - exactly;
  for (let j = 1; j <= hits.length; j++) {
    const share = classes === 1 ? Math.min(1, Math.max(0, draws - j + 1)) : atLeast;
    if (share < 1e-12) break;
    sum += share * value(hits[j - 1]!);
    exactly *= mean / j;
    atLeast = Math.max(0, atLeast - exactly);
  }
  return sum * classes;
}
