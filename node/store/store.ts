import type { WireBundle } from "../../wire/message.ts";

/**
 * One held bundle, named by its global time and the first 128 bits of its id as four 32-bit words, most
 * significant first. Small numbers instead of byte strings: the index keeps a million of them, and
 * filters hash nothing else.
 */
export interface Held {
  readonly globalTime: number;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/** Receives one entry; returning false ends the walk. */
export type Visit = (globalTime: number, w0: number, w1: number, w2: number, w3: number) => boolean;

/** What is held, ordered by global time, then by id. Kept in memory; never holds what is not committed. */
export interface HeldIndex {
  readonly size: number;
  has(held: Held): boolean;
  /** Visits entries with globalTime >= from, upward. */
  ascend(from: number, visit: Visit): void;
  /** Visits entries with globalTime <= from, downward. */
  descend(from: number, visit: Visit): void;
}

/**
 * Reads what is held of one overlay. Synchronous. The engine never writes: it asks for a commit by an effect,
 * and what was committed stands in the index when the `committed` input arrives.
 */
export interface BundleStore {
  readonly index: HeldIndex;
  /** The highest global time ever held: never falls, so that no time is used twice. */
  readonly clock: number;
  /** Bundles ever admitted, the forgotten ones included. */
  readonly admitted: number;
  get(held: Held): WireBundle | undefined;
  /** Policies and grants, in the order of the index. */
  control(): WireBundle[];
}

/** The index entry of a bundle. `id` has at least 16 bytes. */
export function heldOf(globalTime: number, id: Uint8Array): Held {
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
  return {
    globalTime,
    w0: view.getUint32(0),
    w1: view.getUint32(4),
    w2: view.getUint32(8),
    w3: view.getUint32(12),
  };
}
