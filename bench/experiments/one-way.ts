import { golombDecode, golombEncode } from "../analysis/golomb.ts";
import { requestBytes, responseBytes } from "../analysis/filter.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import type { Held } from "../../node/sets/held.ts";
import { halfSipHash } from "../../node/sets/siphash.ts";
import { BloomFilter, capacityOf, functionsOf } from "../../node/sync/filter/bloom.ts";
import { SALT_BYTES } from "../../wire/limits.ts";

/** What stands for the bundles of one class in an offer, and tells of others whether they are among them. */
export interface Summary {
  bytes: number;
  has(held: Held): boolean;
}

/** A way to say in one datagram what is held, so that the other side sees what is not. */
export interface OneWay {
  name: string;
  /** How many bundles an offer stands for; Infinity: all of them, whether they fit or not. */
  capacity: number;
  summary(held: readonly Held[], salt: Uint8Array): Summary;
}

/** The shipped Bloom filter. */
export function bloom(room: number, rate: number, capacity = capacityOf(room * 8, rate)): OneWay {
  const functions = functionsOf(room * 8, capacityOf(room * 8, rate));
  return {
    name: `Bloom filter, ${percent(rate)}`,
    capacity,
    summary(held, salt) {
      const filter = new BloomFilter(new Uint8Array(room), functions, salt);
      for (const { w0, w1, w2, w3 } of held) filter.add(w0, w1, w2, w3);
      return { bytes: room, has: ({ w0, w1, w2, w3 }) => filter.has(w0, w1, w2, w3) };
    },
  };
}

/** One Bloom filter of a fixed size for everything, however much that is: Lee's, and MobEyes'. */
export function fixed(room: number, rate: number): OneWay {
  return { ...bloom(room, rate, Infinity), name: `one fixed filter, made for ${percent(rate)}` };
}

/** Hashes of n bundles into n / rate values, ascending and Golomb-coded. */
export function golombSet(room: number, rate: number): OneWay {
  const divisor = Math.max(1, Math.round(Math.LN2 / rate));
  return {
    name: `Golomb-coded set, ${percent(rate)}`,
    capacity: golombCapacity(room, rate),
    summary(held, salt) {
      const values = Math.max(1, Math.round(held.length / rate));
      const hash = hashInto(values, salt);
      const bytes = golombEncode(
        held.map(hash).sort((a, b) => a - b),
        divisor,
      );
      const present = new Set(golombDecode(bytes, held.length, divisor));
      return { bytes: bytes.length, has: (bundle) => present.has(hash(bundle)) };
    },
  };
}

/** Whole ids, 32 bytes each. */
export function ids(room: number): OneWay {
  const idBytes = 32;
  return {
    name: "the ids themselves",
    capacity: Math.floor(room / idBytes),
    summary(held) {
      const present = new Set(held.map(({ w0, w1 }) => `${w0}/${w1}`));
      return { bytes: held.length * idBytes, has: ({ w0, w1 }) => present.has(`${w0}/${w1}`) };
    },
  };
}

export interface Swept {
  /** Until everything is found, or they were too many. */
  offers: number;
  /** Of UDP payload: the offers and the responses to them. */
  bytes: number;
  found: number;
}

/**
 * Asks for class after class, as the shipped engine does with `searches`, until everything is found: the same class
 * again where an answer was full. What an answer brought is held from the next offer on. Each offer has a fresh salt.
 */
export function sweep(
  way: OneWay,
  held: readonly Held[],
  missing: readonly Held[],
  limits: { perAnswer: number; maxOffers: number; random: SeededRandom },
): Swept {
  // What comes meanwhile has to fit as well.
  const classes = Math.max(1, Math.ceil((held.length + missing.length) / way.capacity));
  const classOf = ({ globalTime }: Held): number => globalTime % classes;
  const [inClass, lacked] = [held, missing].map((all) => {
    const lists = Array.from({ length: classes }, (): Held[] => []);
    for (const one of all) lists[classOf(one)]!.push(one);
    return lists;
  }) as [Held[][], Held[][]];
  const swept: Swept = { offers: 0, bytes: 0, found: 0 };
  let turn = limits.random.below(classes);
  while (swept.found < missing.length && swept.offers < limits.maxOffers) {
    const summary = way.summary(inClass[turn]!, limits.random.bytes(SALT_BYTES));
    const seen = lacked[turn]!.filter((bundle) => !summary.has(bundle));
    const sent = new Set(seen.slice(0, limits.perAnswer));
    lacked[turn] = lacked[turn]!.filter((bundle) => !sent.has(bundle));
    inClass[turn]!.push(...sent);
    swept.offers += 1;
    swept.bytes += requestBytes(summary.bytes, held.length) + responseBytes(held.length);
    swept.found += sent.size;
    if (sent.size === seen.length) turn = (turn + 1) % classes;
  }
  return swept;
}

/** Share of `absent` bundles that a summary of `held` takes for present. */
export function measuredRate(way: OneWay, held: Held[], absent: Held[], salt: Uint8Array): number {
  const { has } = way.summary(held, salt);
  return absent.filter(has).length / absent.length;
}

/** Of the bits of one code: quotients are geometric with a half, nearly, which gives the square root of 2. */
const CODE_DEVIATION_BITS = 1.5;

/** The most bundles whose code fits, with four standard deviations to spare. */
function golombCapacity(room: number, rate: number): number {
  const bits = golombBits(rate);
  const needed = (count: number): number =>
    count * bits + 4 * CODE_DEVIATION_BITS * Math.sqrt(count);
  let capacity = Math.floor((room * 8) / bits);
  while (needed(capacity) > room * 8) capacity -= 1;
  return capacity;
}

/** Mean bits of one distance, geometric with mean 1/rate, under the divisor used. */
function golombBits(rate: number): number {
  const divisor = Math.max(1, Math.round(Math.LN2 / rate));
  const width = Math.ceil(Math.log2(divisor));
  const short = 2 ** width - divisor;
  let bits = 0;
  let probability = rate;
  for (let distance = 0; probability > 1e-12; distance += 1) {
    const remainder = distance % divisor;
    const code = Math.floor(distance / divisor) + 1 + width - (remainder < short ? 1 : 0);
    bits += probability * code;
    probability *= 1 - rate;
  }
  return bits;
}

function hashInto(values: number, salt: Uint8Array): (held: Held) => number {
  const view = new DataView(salt.buffer, salt.byteOffset, salt.byteLength);
  const [k0, k1] = [view.getInt32(0, true), view.getInt32(4, true)];
  const out = new Uint32Array(2);
  return ({ w0, w1, w2, w3 }) => {
    halfSipHash(k0, k1, w0, w1, w2, w3, out);
    return Math.floor((out[0]! / 2 ** 32) * values);
  };
}

export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
