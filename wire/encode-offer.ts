import type {
  Answer,
  BloomOffer,
  CursorOffer,
  Offer,
  Position,
  Range,
  SketchOffer,
  Subset,
} from "./message-parts.ts";
import { CONTROL_LANE } from "./limits.ts";
import { uint64 } from "./encode-number.ts";
import { encodePlaces } from "./places.ts";
import type { dispersy } from "./schema.js";

export function offerFields(offer: Offer): dispersy.Offer.$Properties {
  switch (offer.kind) {
    case "bloom":
      return { bloom: bloomFields(offer) };
    case "sketch":
      return { sketch: sketchFields(offer) };
    case "cursor":
      return { cursor: cursorFields(offer) };
    case "ids":
      return { ids: { ids: encodePlaces(offer.places) } };
  }
}

function bloomFields(offer: BloomOffer): dispersy.BloomOffer.$Properties {
  const { subset, functions, salt, filter } = offer;
  return { subset: subsetFields(subset), functions, salt, filter };
}

function sketchFields(offer: SketchOffer): dispersy.SketchOffer.$Properties {
  const { subset, epoch, count, symbols } = offer;
  return { subset: subsetFields(subset), epoch, count: uint64(count), symbols };
}

function cursorFields({ subset, ranges, bytes }: CursorOffer): dispersy.CursorOffer.$Properties {
  return { subset: subsetFields(subset), ranges: ranges.map(rangeFields), bytes };
}

function rangeFields({ from, before }: Range): dispersy.Range.$Properties {
  return {
    from: positionFields(from),
    before: before === undefined ? null : positionFields(before),
  };
}

function positionFields({ globalTime, id }: Position): dispersy.Position.$Properties {
  return { globalTime: uint64(globalTime), id };
}

export function answerFields(answer: Answer): dispersy.Answer.$Properties {
  const { datagrams, more, wanted, coming, undecoded, reached, withheld } = answer;
  return {
    datagrams,
    more,
    wanted: wanted ?? null,
    coming: coming ?? null,
    undecoded: undecoded ?? null,
    reached: reached === undefined ? null : positionFields(reached),
    withheld: withheld ?? null,
  };
}

function subsetFields(subset: Subset): dispersy.Subset.$Properties {
  const { low, high, modulo, offset, idBits, idPrefix } = subset;
  const upper = high === Infinity ? 0 : high;
  const lane = subset.lane === "control" ? CONTROL_LANE : null;
  return { low: uint64(low), high: uint64(upper), modulo, offset, idBits, idPrefix, lane };
}
