import { MAX_MODULO } from "../../wire/limits.ts";
import type { Profile } from "../core/profile.ts";

/** How to ask a peer for what we lack. */
export type Choice =
  /** A sketch of everything, or of one class of so many, good for a difference of `elements` within it. */
  | { by: "sketch"; modulo: number; elements: number }
  /**
   * A filter over the newest bundles, or over a class of them, so many times as far back as nearly all of what comes.
   */
  | { by: "tail"; breadth: number }
  /** Everything in order. */
  | { by: "cursor" }
  /** A filter over a class or window, as the original. */
  | { by: "filter" };

/** What is known when the choice is made. */
export interface Situation {
  /** Bundles that we hold. */
  held: number;
  /** Of these, the newest ones, among which nearly all of what comes is found. */
  recent: number;
  /** Bundles that the peer said it holds. */
  told: number | undefined;
  /** By how many bundles our sets are thought to differ, apart from what the counts say. */
  difference: number;
  /** Whether sketches lead nowhere with this peer for now. */
  isStuck: boolean;
  /** Whether the classes of a division are being sketched one after the other. */
  isSweeping: boolean;
  /** Offers made to this peer in a row. */
  turn: number;
  /** Whether the last tail brought something, whoever got it. */
  tailPays: boolean;
  /** Tails of the newest since something else was asked for, whoever got them. */
  tails: number;
  /** Offers of something else until now, whoever got them. */
  others: number;
  /** The largest difference that one sketch is good for. */
  perSketch: number;
  /** Whether this peer may be asked for everything in order. */
  mayCatchUp: boolean;
}

/**
 * Somebody with so many times our bundles is asked for all of them in order: what we hold already comes again, which
 * costs less than the filters that would say so.
 */
const FAR_BEHIND = 4;
/** What fits into two replies needs no parts: one filter and one sketch bring it. */
const LEAST_BEHIND = 200;
/**
 * Beyond this share of the bundles among which it is found, filters tell a difference in fewer bytes than sketches
 * (measured: 4 to 5 %).
 */
const MAX_SKETCHED_SHARE = 0.05;
/**
 * Bundles of a class that a sketch is made of, about: in classes of so many, passing over those of other classes
 * included, it stays within MAX_ANSWER_WORK on both sides.
 */
const MAX_SKETCHED_CLASS = 16_000;
/**
 * While a node is behind by more than sketches tell, it asks for what is new at first and at each so many-th offer; and
 * while that pays, so many times before it asks for anything else: where bundles are written faster than everything can
 * be gone through, nearly all that is missing is new.
 */
const TAIL_INTERVAL = 8;
const TAILS_PER_OTHER = 3;
/** How much farther back each second of the other offers looks, each second of the rest again, and so on. */
const BROADER = 16;

/** From what two nodes know of each other to the offer that brings most for its bytes. */
export function choose(profile: Profile, situation: Situation): Choice {
  const { held, told = held, difference, perSketch } = situation;
  if (profile.cursors && situation.mayCatchUp && isFarBehind(held, told)) return { by: "cursor" };
  if (situation.isSweeping) return { by: "sketch", modulo: 1, elements: Infinity };
  const elements = Math.max(Math.abs(told - held), difference);
  const modulo = classesFor(elements, perSketch, Math.max(held, told));
  const isSmall = modulo === 1 || elements <= situation.recent * MAX_SKETCHED_SHARE;
  const isSketchable = profile.sketches && isSmall && modulo <= MAX_MODULO;
  // Whoever holds nothing says so in one byte of filter.
  if (isSketchable && !situation.isStuck && held > 0) {
    return { by: "sketch", modulo, elements: inOneClass(elements, modulo) };
  }
  const hasTails = profile.tails && !isSmall && held > 0;
  return hasTails ? tailOrFilter(situation) : { by: "filter" };
}

/**
 * One sketch of everything, which is kept up to date anyway, or as many classes as the difference and the work of a
 * sketch need.
 */
function classesFor(elements: number, perSketch: number, bundles: number): number {
  if (elements <= perSketch) return 1;
  return Math.max(Math.ceil(elements / perSketch), Math.ceil(bundles / MAX_SKETCHED_CLASS));
}

/**
 * Of elements spread over classes, so many that hardly a class has more, should there be twice as many as are thought.
 */
function inOneClass(elements: number, modulo: number): number {
  const mean = elements / modulo;
  return modulo === 1 ? elements : Math.ceil(2 * mean + 3 * Math.sqrt(mean));
}

function tailOrFilter({ turn, tails, tailPays, others }: Situation): Choice {
  if (!tailPays) return turn % TAIL_INTERVAL === 0 ? { by: "tail", breadth: 1 } : { by: "filter" };
  return { by: "tail", breadth: tails < TAILS_PER_OTHER ? 1 : breadthOf(others) };
}

/**
 * What slipped through all tails for a while is rarely much older than that: so it is found after a time in proportion
 * to its age, however many bundles there are (the ruler sequence: BROADER to the power of 1, 2, 1, 3, 1, 2, 1, 4 ...).
 */
function breadthOf(others: number): number {
  const lowestBit = (others + 1) & -(others + 1);
  return BROADER ** (1 + Math.log2(lowestBit));
}

function isFarBehind(held: number, told: number): boolean {
  return told - held >= LEAST_BEHIND && told >= held * FAR_BEHIND;
}
