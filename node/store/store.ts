import type { Held } from "../sets/held.ts";
import { type Header, kindOf } from "../../wire/bundle.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { EpochKey } from "../sets/epoch.ts";
import type { Fingerprint } from "../sets/fingerprint.ts";
import type { Element } from "../sets/element.ts";
import type { Symbols } from "../sets/symbols.ts";

/** Receives one entry; returning false ends the walk. */
export type Visit = (globalTime: number, w0: number, w1: number, w2: number, w3: number) => boolean;

/**
 * Receives the entries `start` to `end - 1`, at least one, of flat arrays that nobody may keep or change: the global
 * time of entry i is times[i], the words of its id are words[4i] to words[4i + 3]. Returning false ends the walk.
 */
export type VisitStretch = (
  times: Float64Array,
  words: Uint32Array,
  start: number,
  end: number,
) => boolean;

/** What is held, ordered by global time, then by id. Kept in memory; never holds what is not committed. */
export interface HeldIndex {
  readonly size: number;
  has(held: Held): boolean;
  /** Visits entries with globalTime >= from, upward. */
  ascend(from: number, visit: Visit): void;
  /** Visits entries with globalTime <= from, downward. */
  descend(from: number, visit: Visit): void;
  /**
   * Of everything held, under this key. Under another key than the last it is made by `keepUp`, and undefined until
   * then, unless few are held; from then on it is kept up to date.
   */
  fingerprint(key: EpochKey): Fingerprint | undefined;
  /** Of everything held, under this key; made and kept up to date like `fingerprint`, for the keys of a few epochs. */
  sketch(key: EpochKey): Sketched | undefined;
  /** Whether a fingerprint or a sketch that was asked for is not made yet. */
  readonly isBehind: boolean;
  /** Makes a portion of it, such as one turn of the event loop may take. */
  keepUp(): void;
  /** Visits entries with globalTime >= from, upward, a stretch at a time: for loops over thousands. */
  stretches(from: number, visit: VisitStretch): void;
  /** Entries with globalTime < time. */
  rank(time: number): number;
  /** The global time of the entry that `rank` entries precede; 0 <= rank < size. */
  timeAt(rank: number): number;
}

/** A set as its sketches see it, under one key. */
export interface Sketched {
  /** The first symbols of the whole set: MAX_SYMBOLS of them. Nobody may change them. */
  readonly symbols: Symbols;
  /** What is held under this element, if anything. */
  find(element: Element): Held | undefined;
}

/**
 * Reads what is held of one overlay. Synchronous. The engine never writes: it asks for a commit by an effect,
 * and what was committed stands in the index when the `committed` input arrives.
 */
export interface BundleStore {
  /** What is held and compared with others: what offers, answers, fingerprints and counts are made of. */
  readonly index: HeldIndex;
  /** Those of `index` that decide over others: they are compared first, as a set of their own. */
  readonly control: HeldIndex;
  /** What is held besides, and not compared any more: in memory only, so at the opening everything is in the index. */
  readonly aside: Pick<HeldIndex, "size" | "has" | "ascend" | "descend">;
  /** Moves what is held from the one to the other. Unlike a commit at once, and on no disk. */
  setAside(held: Held, isAside: boolean): void;
  /** The highest global time ever held: never falls, so that no time is used twice. */
  readonly clock: number;
  /** Bundles ever admitted, the forgotten ones included. */
  readonly admitted: number;
  get(held: Held): WireBundle | undefined;
  /**
   * Those for which `isWatched` holds, in the order of the index: what the engine must know of before it begins. Read
   * as they are taken, with anything in between.
   */
  watched(): Iterable<WireBundle>;
}

/** All that answering an offer needs of a store. */
export type Compared = Pick<BundleStore, "index" | "get">;

/** Which bundles are compared: all, or those that decide over others. */
export type Lane = "all" | "control";

/** The set that a lane is about. */
export function setOf(store: Pick<BundleStore, "index" | "control">, lane: Lane): HeldIndex {
  return lane === "control" ? store.control : store.index;
}

/** Compared or not. */
export function holds({ index, aside }: BundleStore, held: Held): boolean {
  return index.has(held) || aside.has(held);
}

/** Policies and grants decide over other bundles. */
export function isControl({ content }: Header): boolean {
  return kindOf(content).isControl;
}

/** Whether an application published it, also where nobody here reads it. */
export function holdsData({ content }: Header): boolean {
  return content.kind === "data" || content.kind === "sealed";
}

/** Control bundles, those whose own stay is limited, and those that ask for a receipt. */
export function isWatched(header: Header): boolean {
  const { expires, topic, receipt } = header;
  const isLimited = expires !== undefined || topic !== undefined;
  return isControl(header) || isLimited || receipt !== undefined;
}
