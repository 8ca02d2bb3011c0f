import { POSITION_ID_BYTES } from "../../../wire/limits.ts";
import type { Position, Range } from "../../../wire/message.ts";
import { compareHeld, type Held, heldOf } from "../../sets/held.ts";

/** The places from one on and before another; undefined: no end. Lists of them ascend, and none touches the next. */
export interface Stretch {
  readonly from: Held;
  readonly before: Held | undefined;
}

/** Before everything that may be held. */
export const FIRST: Held = { globalTime: 1, w0: 0, w1: 0, w2: 0, w3: 0 };
const WORDS = 2 ** 32;

/** The next place: of the following global time, where no larger id exists. */
export function after({ globalTime, w0, w1, w2, w3 }: Held): Held {
  if (w3 + 1 < WORDS) return { globalTime, w0, w1, w2, w3: w3 + 1 };
  if (w2 + 1 < WORDS) return { globalTime, w0, w1, w2: w2 + 1, w3: 0 };
  if (w1 + 1 < WORDS) return { globalTime, w0, w1: w1 + 1, w2: 0, w3: 0 };
  if (w0 + 1 < WORDS) return { globalTime, w0: w0 + 1, w1: 0, w2: 0, w3: 0 };
  return { globalTime: globalTime + 1, w0: 0, w1: 0, w2: 0, w3: 0 };
}

/** The first place of a global time. */
export function startOf(globalTime: number): Held {
  return { ...FIRST, globalTime };
}

/** All places. */
export const EVERYWHERE: readonly Stretch[] = [{ from: FIRST, before: undefined }];

/** What any of the two lists has. */
export function union(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const sorted = [...a, ...b].sort((x, y) => compareHeld(x.from, y.from));
  const joined: Stretch[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last === undefined || isEnd(last.before, next.from)) joined.push(next);
    else if (compareEnds(last.before, next.before) < 0) {
      joined[joined.length - 1] = { from: last.from, before: next.before };
    }
  }
  return joined;
}

/** What the first list has and the second has not. */
export function minus(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  let left = [...a];
  for (const cut of b) left = left.flatMap((stretch) => without(stretch, cut));
  return left;
}

/** What both lists have. */
export function both(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  return minus(a, minus(a, b));
}

function without(stretch: Stretch, cut: Stretch): Stretch[] {
  const { from, before } = stretch;
  const isApart = isEnd(cut.before, from) || isEnd(before, cut.from);
  if (isApart) return [stretch];
  const parts: Stretch[] = [];
  if (compareHeld(from, cut.from) < 0) parts.push({ from, before: cut.from });
  if (cut.before !== undefined && compareEnds(cut.before, before) < 0) {
    parts.push({ from: cut.before, before });
  }
  return parts;
}

/** Whether a stretch that ends before `end` has nothing from `place` on. */
function isEnd(end: Held | undefined, place: Held): boolean {
  return end !== undefined && compareHeld(end, place) <= 0;
}

function compareEnds(a: Held | undefined, b: Held | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareHeld(a, b);
}

export function rangeOf({ from, before }: Stretch): Range {
  return { from: positionOf(from), before: before && positionOf(before) };
}

export function stretchOf({ from, before }: Range): Stretch {
  return { from: placeOf(from), before: before && placeOf(before) };
}

export function placeOf({ globalTime, id }: Position): Held {
  return heldOf(globalTime, id);
}

export function positionOf({ globalTime, w0, w1, w2, w3 }: Held): Position {
  const id = new Uint8Array(POSITION_ID_BYTES);
  const view = new DataView(id.buffer);
  [w0, w1, w2, w3].forEach((word, i) => view.setUint32(4 * i, word));
  return { globalTime, id };
}
