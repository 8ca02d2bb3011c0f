import { compareBytes } from "./bytes.ts";
import { exact } from "./decode-number.ts";
import {
  CONTROL_LANE,
  ELEMENT_BYTES,
  MAX_FUNCTIONS,
  MAX_ID_BITS,
  MAX_MODULO,
  MAX_RANGES,
  MAX_SYMBOLS,
  MAX_WANTED,
  POSITION_ID_BYTES,
  SALT_BYTES,
  SYMBOL_BYTES,
} from "./limits.ts";
import type {
  Answer,
  BloomOffer,
  CursorOffer,
  IdsOffer,
  Offer,
  Position,
  Range,
  SketchOffer,
  Subset,
} from "./message-parts.ts";
import { readPlaces } from "./places.ts";
import type { RejectionReason } from "./rejection.ts";
import type { dispersy } from "./schema.js";

/** An offer of a kind unknown to us is none: newer nodes can talk to older ones. */
export function offerOf(raw: dispersy.Offer.$Properties): Offer | RejectionReason | undefined {
  if (raw.bloom != null) return bloomOf(raw.bloom as dispersy.BloomOffer);
  if (raw.sketch != null) return sketchOf(raw.sketch as dispersy.SketchOffer);
  if (raw.cursor != null) return cursorOf(raw.cursor as dispersy.CursorOffer);
  return raw.ids == null ? undefined : idsOf(raw.ids as dispersy.IdsOffer);
}

function idsOf({ ids }: dispersy.IdsOffer): IdsOffer | RejectionReason {
  const places = readPlaces(ids);
  return places === undefined ? "ids-invalid" : { kind: "ids", places };
}

function bloomOf(raw: dispersy.BloomOffer): BloomOffer | RejectionReason {
  const { functions, salt, filter } = raw;
  const subset = raw.subset == null ? undefined : subsetOf(raw.subset as dispersy.Subset);
  if (subset === undefined) return "subset-invalid";
  if (salt.length !== SALT_BYTES) return "salt-width";
  if (functions < 1 || functions > MAX_FUNCTIONS || filter.length === 0) return "bloom-invalid";
  return { kind: "bloom", subset, functions, salt, filter };
}

function sketchOf(raw: dispersy.SketchOffer): SketchOffer | RejectionReason {
  const { epoch, symbols } = raw;
  const subset = raw.subset == null ? undefined : subsetOf(raw.subset as dispersy.Subset);
  if (subset === undefined) return "subset-invalid";
  const count = exact(raw.count);
  if (count === undefined || !isList(symbols, SYMBOL_BYTES, MAX_SYMBOLS)) return "sketch-invalid";
  return { kind: "sketch", subset, epoch, count, symbols };
}

function cursorOf(raw: dispersy.CursorOffer): CursorOffer | RejectionReason {
  const { bytes } = raw;
  const subset = raw.subset == null ? undefined : subsetOf(raw.subset as dispersy.Subset);
  if (subset === undefined) return "subset-invalid";
  const ranges = rangesOf(raw.ranges as dispersy.Range[]);
  return ranges === undefined ? "cursor-invalid" : { kind: "cursor", subset, ranges, bytes };
}

/** Undefined unless they ascend, and none overlaps another. */
function rangesOf(raw: readonly dispersy.Range[]): Range[] | undefined {
  if (raw.length < 1 || raw.length > MAX_RANGES) return undefined;
  const ranges: Range[] = [];
  for (const { from: rawFrom, before: rawBefore } of raw) {
    const from = rawFrom == null ? undefined : positionOf(rawFrom as dispersy.Position);
    const before = rawBefore == null ? undefined : positionOf(rawBefore as dispersy.Position);
    if (from === undefined || (rawBefore != null && before === undefined)) return undefined;
    const last = ranges.at(-1);
    if (last !== undefined && (last.before === undefined || isBefore(from, last.before))) {
      return undefined;
    }
    if (before !== undefined && !isBefore(from, before)) return undefined;
    ranges.push({ from, before });
  }
  return ranges;
}

/** Whether a place comes before another. */
function isBefore(a: Position, b: Position): boolean {
  if (a.globalTime !== b.globalTime) return a.globalTime < b.globalTime;
  return compareBytes(a.id, b.id) < 0;
}

export function answerOf(raw: dispersy.Answer): Answer | RejectionReason {
  const { datagrams, more, wanted, coming, undecoded, withheld } = raw;
  const reached = raw.reached == null ? undefined : positionOf(raw.reached as dispersy.Position);
  if (reached === undefined && raw.reached != null) return "answer-invalid";
  if (wanted.length > 0 && !isList(wanted, ELEMENT_BYTES, MAX_WANTED)) return "answer-invalid";
  if (coming > MAX_SYMBOLS) return "answer-invalid";
  return {
    datagrams,
    more,
    ...(wanted.length > 0 && { wanted }),
    ...(coming > 0 && { coming }),
    ...(undecoded > 0 && { undecoded }),
    ...(reached && { reached }),
    ...(withheld > 0 && { withheld }),
  };
}

function positionOf({ globalTime, id }: dispersy.Position): Position | undefined {
  const time = exact(globalTime);
  if (time === undefined || time < 1 || id.length !== POSITION_ID_BYTES) return undefined;
  return { globalTime: time, id };
}

/** Whether these are 1 to `most` items of so many bytes. */
function isList({ length }: Uint8Array, itemBytes: number, most: number): boolean {
  return length > 0 && length % itemBytes === 0 && length <= most * itemBytes;
}

function subsetOf(raw: dispersy.Subset): Subset | undefined {
  const { modulo, offset, idBits, idPrefix, lane } = raw;
  const low = exact(raw.low);
  const high = exact(raw.high);
  if (low === undefined || high === undefined || low < 1) return undefined;
  if (high !== 0 && high < low) return undefined;
  if (modulo < 1 || modulo > MAX_MODULO || offset >= modulo) return undefined;
  if (idBits > MAX_ID_BITS || idPrefix >= 1 << idBits) return undefined;
  if (lane > CONTROL_LANE) return undefined;
  return {
    low,
    high: high === 0 ? Infinity : high,
    modulo,
    offset,
    idBits,
    idPrefix,
    ...(lane === CONTROL_LANE && { lane: "control" }),
  };
}
