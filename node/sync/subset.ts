import type { Random } from "../../wire/crypto.ts";
import { MAX_ID_BITS, MAX_MODULO, SALT_BYTES } from "../../wire/limits.ts";
import type { BloomOffer, Offer, Subset } from "../../wire/message.ts";
import type { HeldIndex, Lane, VisitStretch } from "../store/store.ts";
import { Effort } from "../net/work.ts";
import { BloomFilter, capacityOf, functionsOf } from "./filter/bloom.ts";

/**
 * Which part of the held set an offer speaks of: a range of global times, one class of them modulo some number,
 * and of the ids those that begin with some bits.
 */
export function inSubset(subset: Subset, globalTime: number, w0: number): boolean {
  return (
    globalTime >= subset.low &&
    globalTime <= subset.high &&
    distanceToClass(subset, globalTime) === 0 &&
    hasPrefix(subset, w0)
  );
}

/** Of which lane an offer speaks. */
export function laneOf(offer: Offer): Lane {
  return (offer.kind === "ids" ? undefined : offer.subset.lane) ?? "all";
}

/** All bundles up to `acceptable`, the highest global time that we would admit now. */
export function everything(acceptable: number): Subset {
  return { low: 1, high: acceptable, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 };
}

/**
 * An uneven class may hold this much more than a filter's capacity: times are never spread quite evenly, and
 * another tenth in the filter (1.6 instead of 1 % false positives) costs less than an offer more.
 */
const UNEVEN = 1.1;

/**
 * One of as many classes as filters are needed for what is held of a range: class `turn`, counted round, or a random
 * one. A class that uneven times overfill is divided.
 */
export function chooseModulo(
  index: HeldIndex,
  range: Subset,
  capacity: number,
  random: Random,
  turn?: number,
): Subset {
  const modulo = Math.min(MAX_MODULO, Math.max(1, Math.ceil(countIn(index, range) / capacity)));
  const offset = turn === undefined ? random.below(modulo) : turn % modulo;
  const subset = { ...range, modulo, offset };
  const count = countIn(index, subset);
  return count > capacity * UNEVEN ? divide(subset, count, capacity, random) : subset;
}

/**
 * A random part of a subset that is too large for one filter, however its global times are spread: as many
 * leading bits of the id are fixed as bring the expected share within `capacity`.
 */
export function divide(subset: Subset, count: number, capacity: number, random: Random): Subset {
  const idBits = Math.min(MAX_ID_BITS, Math.max(0, Math.ceil(Math.log2(count / capacity))));
  return { ...subset, idBits, idPrefix: random.below(2 ** idBits) };
}

export function countIn(index: HeldIndex, subset: Subset): number {
  const { low, high, modulo, idBits } = subset;
  if (modulo === 1 && idBits === 0) return Math.max(0, index.rank(high + 1) - index.rank(low));
  let count = 0;
  walkSubset(index, subset, new Effort(Infinity), (_times, _words, start, end) => {
    count += end - start;
    return true;
  });
  return count;
}

/** How a walk ended: at the subset's end, by the visitor, or by its bound. */
export type WalkEnd = "end" | "stopped" | "bound";

/**
 * Visits what is held of a subset, ascending by global time, in stretches. Each entry passed costs one of `effort`,
 * those outside the class or prefix included; it ends when nothing is left, and visitors may spend of it. Never looks
 * outside [low, high]. No visitor may walk a subset itself.
 */
export function walkSubset(
  index: HeldIndex,
  subset: Subset,
  effort: Effort,
  visit: VisitStretch,
): WalkEnd {
  const isWhole = subset.modulo === 1 && subset.idBits === 0;
  return isWhole
    ? walkRange(index, subset, effort, visit)
    : walkClass(index, subset, effort, visit);
}

function walkRange(
  index: HeldIndex,
  { low, high }: Subset,
  effort: Effort,
  visit: VisitStretch,
): WalkEnd {
  let ended: WalkEnd = "end";
  index.stretches(low, (times, words, start, end) => {
    const inRange = firstFrom(times, start, end, high + 1);
    const stop = Math.min(inRange, start + Math.max(0, Math.floor(effort.left)));
    effort.spend(stop - start);
    if (start < stop && !visit(times, words, start, stop)) ended = "stopped";
    else if (stop < inRange) ended = "bound";
    return ended === "end" && stop === end;
  });
  return ended;
}

function walkClass(index: HeldIndex, subset: Subset, effort: Effort, visit: VisitStretch): WalkEnd {
  const scan = new ClassScan(subset, effort, visit);
  do {
    scan.isAhead = false;
    index.stretches(scan.wanted, (times, words, start, end) => {
      const inRange = firstFrom(times, start, end, subset.high + 1);
      return scan.pass(times, words, start, inRange) && inRange === end && !scan.isAhead;
    });
  } while (scan.isAhead && scan.ended === "end");
  return scan.visitGathered() ? scan.ended : "stopped";
}

/** Entries outside the class passed one by one before the next is looked up: about what a look-up costs. */
const MISSES_BEFORE_SEEK = 8;
/** Entries gathered for one visit: visited one by one, they would cost more than what is done with them. */
const GATHERED = 256;
/** Reused by every walk; hold nothing between walks. */
const gatheredTimes = new Float64Array(GATHERED);
const gatheredWords = new Uint32Array(GATHERED * 4);

/** A walk over one class: where it is. */
class ClassScan {
  /** The next global time of the class. */
  wanted: number;
  /** Whether a look-up found nothing more in a stretch: others may be passed over, too. */
  isAhead = false;
  ended: WalkEnd = "end";
  readonly #subset: Subset;
  readonly #visit: VisitStretch;
  readonly #effort: Effort;
  #gathered = 0;
  #misses = 0;

  constructor(subset: Subset, effort: Effort, visit: VisitStretch) {
    this.#subset = subset;
    this.#visit = visit;
    this.#effort = effort;
    this.wanted = nextInClass(subset, subset.low);
  }

  /** Passes entries `start` to `end - 1`; false when the walk ends before. */
  pass(times: Float64Array, words: Uint32Array, start: number, end: number): boolean {
    let i = start;
    while (this.ended === "end" && i < end) {
      if (this.#effort.left < 1) this.ended = "bound";
      else if (this.#gathered === GATHERED && !this.visitGathered()) this.ended = "stopped";
      else i = this.#gather(times, words, i, end);
    }
    return this.ended === "end";
  }

  /** Visits what was gathered; returns whether the visitor wants more. */
  visitGathered(): boolean {
    const entries = this.#gathered;
    this.#gathered = 0;
    return entries === 0 || this.#visit(gatheredTimes, gatheredWords, 0, entries);
  }

  /** Returns the first entry that it did not pass. */
  #gather(times: Float64Array, words: Uint32Array, start: number, end: number): number {
    const subset = this.#subset;
    let { wanted } = this;
    let gathered = this.#gathered;
    let misses = this.#misses;
    let { left } = this.#effort;
    let i = start;
    for (; i < end && left >= 1 && gathered < GATHERED; i += 1) {
      left -= 1;
      const time = times[i]!;
      if (time > wanted) wanted = nextInClass(subset, time);
      if (time === wanted) {
        misses = 0;
        if (hasPrefix(subset, words[i * 4]!)) copyEntry(times, words, i, gathered++);
        continue;
      }
      misses += 1;
      if (misses < MISSES_BEFORE_SEEK) continue;
      misses = 0;
      i = firstFrom(times, i + 1, end, wanted) - 1;
      this.isAhead = i + 1 === end;
    }
    this.wanted = wanted;
    this.#gathered = gathered;
    this.#misses = misses;
    this.#effort.left = left;
    return i;
  }
}

function copyEntry(times: Float64Array, words: Uint32Array, i: number, to: number): void {
  gatheredTimes[to] = times[i]!;
  for (let word = 0; word < 4; word += 1) gatheredWords[to * 4 + word] = words[i * 4 + word]!;
}

/**
 * The first of the entries `start` to `end - 1` of a stretch with this global time or a later one; `end` when there is
 * none.
 */
function firstFrom(times: Float64Array, start: number, end: number, time: number): number {
  if (start === end || times[end - 1]! < time) return end;
  let low = start;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first global time of the class that is not before `globalTime`. */
function nextInClass(subset: Subset, globalTime: number): number {
  return globalTime + distanceToClass(subset, globalTime);
}

const MAX_INT32 = 0x7fff_ffff;

/** How much later the next time t with (t + offset) mod modulo = 0 is; 0 when this one is of the class. */
function distanceToClass(subset: Subset, globalTime: number): number {
  const { modulo, offset } = subset;
  if (modulo === 1) return 0;
  // The sum could pass 2^53, its parts cannot. Small times are divided as integers, which takes a tenth of the time.
  const ofTime = globalTime <= MAX_INT32 ? (globalTime | 0) % modulo : globalTime % modulo;
  const rest = (ofTime + offset) % modulo;
  return rest === 0 ? 0 : modulo - rest;
}

function hasPrefix(subset: Subset, w0: number): boolean {
  return subset.idBits === 0 || w0 >>> (32 - subset.idBits) === subset.idPrefix;
}

/**
 * The complete offer: a filter of `filterBytes` bytes under a fresh salt, holding exactly what is held of the subset;
 * a single empty byte when that is nothing.
 */
export function bloomOffer(
  index: HeldIndex,
  subset: Subset,
  filterBytes: number,
  falsePositiveRate: number,
  random: Random,
): { offer: BloomOffer; filter: BloomFilter } {
  const bits = filterBytes * 8;
  const functions = functionsOf(bits, capacityOf(bits, falsePositiveRate));
  const salt = random.bytes(SALT_BYTES);
  let filter = new BloomFilter(new Uint8Array(filterBytes), functions, salt);
  let isEmpty = true;
  walkSubset(index, subset, new Effort(Infinity), (_, words, start, end) => {
    filter.addStretch(words, start, end);
    isEmpty = false;
    return true;
  });
  if (isEmpty) filter = new BloomFilter(new Uint8Array(1), functions, salt);
  return { offer: { kind: "bloom", subset, functions, salt, filter: filter.bytes }, filter };
}
