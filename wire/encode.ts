import protobuf from "protobufjs/minimal.js";
import { equalBytes } from "./bytes.ts";
import {
  mostBundles,
  MAX_DATAGRAM_BYTES,
  NO_OVERLAY,
  OVERLAY_ID_BYTES,
  PROTOCOL_VERSION,
} from "./limits.ts";
import { ALLOCATIONS, FILTERINGS, MAPPINGS } from "./message.ts";
import type {
  Answer,
  BloomOffer,
  BundlesMessage,
  CursorOffer,
  DialBack,
  Introduction,
  IntroductionRequest,
  IntroductionResponse,
  Message,
  NatSummary,
  Offer,
  Position,
  PunctureRequest,
  Range,
  SketchOffer,
  Subset,
} from "./message.ts";
import { paddedBytes, paddingFor, writePadded } from "./padding.ts";
import { dispersy } from "./schema.js";

/** Reused by every call, which saves it from growing each time; holds nothing between calls. */
const scratch = new protobuf.Writer();

/**
 * The UDP payload for `message` in the overlay with this 20-byte id. Throws a RangeError when it would exceed `budget`
 * bytes: whoever composes a message knows the sizes in `wire/sizes.ts`.
 */
export function encode(
  overlay: Uint8Array,
  message: Message,
  budget: number = MAX_DATAGRAM_BYTES,
): Uint8Array {
  if (overlay.length !== OVERLAY_ID_BYTES) throw new RangeError("an overlay id has 20 bytes");
  const bare = write(overlay, message, budget);
  const padding = paddingOf(message, bare);
  const bytes = paddedBytes(bare, padding);
  if (bytes > budget) {
    throw new RangeError(`${message.kind} of ${bytes} bytes exceeds the budget of ${budget}`);
  }
  // From the pool: memory of its own would cost more than the encoding.
  const pooled = Buffer.allocUnsafe(bytes);
  const datagram = new Uint8Array(pooled.buffer, pooled.byteOffset, bytes);
  const written = scratch.buf.subarray(0, bare);
  if (padding === 0) datagram.set(written);
  else writePadded(written, padding, datagram);
  return datagram;
}

/** How many bytes `encode` would yield, without a limit. */
export function encodedBytes(message: Message): number {
  const bare = write(NO_OVERLAY, message, Infinity);
  return paddedBytes(bare, paddingOf(message, bare));
}

function paddingOf(message: Message, bare: number): number {
  const { kind } = message;
  const mayBePadded = kind === "introduction-request" || kind === "introduction-response";
  return mayBePadded && message.leastBytes !== undefined ? paddingFor(bare, message.leastBytes) : 0;
}

function write(overlay: Uint8Array, message: Message, budget: number): number {
  scratch.pos = 0;
  scratch.states = null;
  dispersy.Datagram.encode(datagramOf(overlay, message, budget), scratch);
  return scratch.pos;
}

function datagramOf(
  overlay: Uint8Array,
  message: Message,
  budget: number,
): dispersy.Datagram.$Properties {
  switch (message.kind) {
    case "introduction-request":
      return { overlay, introductionRequest: requestFields(message) };
    case "introduction-response":
      return { overlay, introductionResponse: responseFields(message) };
    case "puncture-request":
      return { overlay, punctureRequest: punctureRequestFields(message) };
    case "puncture":
      return { overlay, puncture: { nonce: message.nonce, instance: message.instance } };
    case "bundles":
      return { overlay, bundles: bundlesFields(message, budget) };
  }
}

function requestFields(message: IntroductionRequest): dispersy.IntroductionRequest.$Properties {
  const { identifier, instance, destination, lan, token, grant, nat, advice, offer, seek } =
    message;
  return {
    identifier,
    instance,
    version: PROTOCOL_VERSION,
    destination: destination.bytes,
    lan: lan?.bytes ?? null,
    token: token ?? null,
    grant,
    nat: natFields(nat),
    advice,
    offer: offer === undefined ? null : offerFields(offer),
    rate: message.rate ?? null,
    seek: seek ?? null,
    dialBack: message.dialBack ?? null,
  };
}

function responseFields(message: IntroductionResponse): dispersy.IntroductionResponse.$Properties {
  const { identifier, instance, destination, lan, grant, nat, validated, tracker } = message;
  const { introduction, holdings, answer, dialBack } = message;
  return {
    identifier,
    instance,
    version: PROTOCOL_VERSION,
    destination: destination.bytes,
    lan: lan?.bytes ?? null,
    grant,
    nat: natFields(nat),
    validated,
    tracker,
    introduction: introduction === undefined ? null : introductionFields(introduction),
    holdings:
      holdings === undefined
        ? null
        : {
            count: uint64(holdings.count),
            globalTime: uint64(holdings.globalTime),
            admitted: uint64(holdings.admitted),
            fingerprint: holdings.fingerprint ?? null,
            full: holdings.full ?? null,
          },
    answer: answer === undefined ? null : answerFields(answer),
    dialBack: dialBack === undefined ? null : dialBackFields(dialBack),
  };
}

function dialBackFields({ nonce, otherPort, helper }: DialBack): dispersy.DialBack.$Properties {
  return { nonce, otherPort, helper: helper?.bytes ?? null };
}

function introductionFields(introduction: Introduction): dispersy.Introduction.$Properties {
  const { address, lan, nonce, nat, startMs, instance } = introduction;
  return {
    address: address.bytes,
    lan: lan?.bytes ?? null,
    nonce,
    nat: natFields(nat),
    startMs,
    instance,
  };
}

function punctureRequestFields(message: PunctureRequest): dispersy.PunctureRequest.$Properties {
  const { token, nonce, target, lan, nat, startMs, instance, sought } = message;
  return {
    token,
    nonce,
    target: target.bytes,
    lan: lan?.bytes ?? null,
    nat: natFields(nat),
    startMs,
    instance,
    sought,
  };
}

function natFields(nat: NatSummary): dispersy.NatSummary.$Properties {
  return {
    mapping: MAPPINGS.indexOf(nat.mapping),
    filtering: FILTERINGS.indexOf(nat.filtering),
    allocation: ALLOCATIONS.indexOf(nat.allocation),
    portDelta: nat.portDelta,
    portLow: nat.portLow,
    portHigh: nat.portHigh,
    mappedPort: nat.mappedPort,
  };
}

function offerFields(offer: Offer): dispersy.Offer.$Properties {
  switch (offer.kind) {
    case "bloom":
      return { bloom: bloomFields(offer) };
    case "sketch":
      return { sketch: sketchFields(offer) };
    case "cursor":
      return { cursor: cursorFields(offer) };
  }
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

function answerFields(answer: Answer): dispersy.Answer.$Properties {
  const { datagrams, more, wanted, coming, undecoded, reached } = answer;
  return {
    datagrams,
    more,
    wanted: wanted ?? null,
    coming: coming ?? null,
    undecoded: undecoded ?? null,
    reached: reached === undefined ? null : positionFields(reached),
  };
}

function bloomFields(offer: BloomOffer): dispersy.BloomOffer.$Properties {
  const { subset, functions, salt, filter } = offer;
  return { subset: subsetFields(subset), functions, salt, filter };
}

function subsetFields(subset: Subset): dispersy.Subset.$Properties {
  const { low, high, modulo, offset, idBits, idPrefix } = subset;
  const upper = high === Infinity ? 0 : high;
  return { low: uint64(low), high: uint64(upper), modulo, offset, idBits, idPrefix };
}

function bundlesFields(message: BundlesMessage, budget: number): dispersy.Bundles.$Properties {
  if (message.bundles.length > mostBundles(budget)) {
    throw new RangeError(`${message.bundles.length} bundles in one datagram`);
  }
  const authors: Uint8Array[] = [];
  const bundles = message.bundles.map(({ author, body, signature }) => ({
    author: indexOf(authors, author),
    body,
    signature,
  }));
  const { identifier = null, token = null, number = 0, sentMs = 0 } = message;
  return { identifier, token, authors, bundles, number, sentMs };
}

/** Where `author` stands in the table, at whose end it is put if it stands nowhere. */
function indexOf(authors: Uint8Array[], author: Uint8Array): number {
  for (let at = 0; at < authors.length; at++) {
    if (authors[at] === author || equalBytes(authors[at]!, author)) return at;
  }
  return authors.push(author) - 1;
}

type Uint64 = NonNullable<dispersy.Subset.$Properties["low"]>;

/** The generated code writes plain numbers as well; only its types do not say so. */
function uint64(value: number): Uint64 {
  return value as unknown as Uint64;
}
