import { IPV6_ADDRESS_BYTES } from "./address.ts";
import { MAX_START_FIELD_MS } from "./messages/walker-fields.ts";
import { datagram, field, number } from "./field-sizes.ts";
import {
  CONTROL_LANE,
  DEFAULT_DATAGRAM_BYTES,
  ELEMENT_BYTES,
  FINGERPRINT_BYTES,
  IDENTIFIER_BYTES,
  MAX_BODY_BYTES,
  MAX_DATAGRAM_BYTES,
  MAX_FUNCTIONS,
  MAX_GLOBAL_TIME,
  MAX_ID_BITS,
  MAX_MODULO,
  MAX_NAMED,
  MAX_NOTICED,
  MAX_NUMBER,
  MAX_PAYLOAD_BYTES,
  MAX_RANGES,
  MAX_SENT_MS,
  MAX_SYMBOLS,
  MAX_WANTED,
  MAX_WEB_SOCKET_BYTES,
  MAX_WEB_SOCKETS,
  NOTICE_ID_BYTES,
  OVERLAY_ID_BYTES,
  PLACE_BYTES,
  POSITION_ID_BYTES,
  PROTOCOL_VERSION,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  SYMBOL_BYTES,
} from "./limits.ts";
import { ALLOCATIONS, FILTERINGS, MAPPINGS } from "./message-parts.ts";
import type { WireBundle } from "./message-parts.ts";
import { DEFAULT_CLEAR_BYTES, SEALING_BYTES } from "./sealed.ts";

/* The largest encoding of every message. "Largest" means IPv6 addresses, all optional fields, largest numbers. */

const MAX_UINT32 = 2 ** 32 - 1;
const ADDRESS = field(IPV6_ADDRESS_BYTES);
/** Identifier, instance, token, grant, nonce and salt are equally wide. */
const EIGHT = field(IDENTIFIER_BYTES);
const FLAG = number(1);
const VERSION = number(PROTOCOL_VERSION);
const START = number(MAX_START_FIELD_MS);
const PORT = number(65_535);
const NAT = field(
  number(MAPPINGS.length - 1) +
    number(FILTERINGS.length - 1) +
    number(ALLOCATIONS.length - 1) +
    // The port delta, zigzag-encoded, is at most 65,535 as well.
    4 * PORT,
);

/** Identifier, instance, version, destination, LAN address, grant, NAT summary. */
const WALKER = 3 * EIGHT + VERSION + 2 * ADDRESS + NAT;
const SUBSET = field(
  2 * number(MAX_GLOBAL_TIME) + number(MAX_MODULO) + PORT + number(MAX_ID_BITS) + PORT,
);
/**
 * What names the control lane in an offer. Only there such an offer has so much less of filter or symbols: those of all
 * bundles need not make room for it.
 */
export const LANE_BYTES = number(CONTROL_LANE);
/** Of a tag with 2 bytes. */
const RATE = 1 + number(MAX_UINT32);
/** A size of datagrams, of a tag with 2 bytes. Requests name it only on a path that does not take all sizes. */
export const LARGEST_BYTES = 1 + number(MAX_DATAGRAM_BYTES);
/** A place for WebSockets, of a tag with 2 bytes. */
const WEB_SOCKET = 1 + field(MAX_WEB_SOCKET_BYTES);
const HOLDINGS = field(4 * number(MAX_GLOBAL_TIME) + 2 * field(FINGERPRINT_BYTES) + FLAG);
const POSITION = field(number(MAX_GLOBAL_TIME) + field(POSITION_ID_BYTES));
const RANGE = field(2 * POSITION);

function answer(wanted: number): number {
  const numbers = 3 * number(MAX_UINT32) + number(MAX_SYMBOLS) + FLAG;
  return field(numbers + field(wanted * ELEMENT_BYTES) + POSITION);
}

const INTRODUCTION = field(2 * ADDRESS + 2 * EIGHT + NAT + START);

const DIAL_BACK = field(EIGHT + FLAG + ADDRESS);
const NOTICED_BYTES = MAX_NOTICED * NOTICE_ID_BYTES;
/** Three fields share the names, each with a length of 2 bytes at most. */
const NOTICE_BYTES = datagram(EIGHT + 3 * field(NOTICED_BYTES) - 2 * NOTICED_BYTES);
const PUNCTURE_BYTES = datagram(2 * EIGHT);
/** From an observer's other port, and what a helper sends: three (`nat/punctures.ts`). */
const DIAL_BACK_PUNCTURES = 4;
/** A request for a dial-back is at least so large: as all that it brings about, the response included. */
export const DIAL_BACK_REQUEST_BYTES =
  datagram(WALKER + 2 * FLAG + DIAL_BACK) + DIAL_BACK_PUNCTURES * PUNCTURE_BYTES;

function requestWithOffer(offer: number): number {
  return datagram(WALKER + FLAG + EIGHT + RATE + field(field(offer)));
}

function requestWithFilter(filterLength: number): number {
  return requestWithOffer(SUBSET + number(MAX_FUNCTIONS) + EIGHT + field(filterLength));
}

function requestWithSketch(symbols: number): number {
  const numbers = number(MAX_UINT32) + number(MAX_GLOBAL_TIME);
  return requestWithOffer(SUBSET + numbers + field(symbols * SYMBOL_BYTES));
}

function requestWithCursor(ranges: number): number {
  return requestWithOffer(SUBSET + LANE_BYTES + ranges * RANGE + number(MAX_UINT32));
}

function requestWithIds(named: number): number {
  return requestWithOffer(field(named * PLACE_BYTES));
}

function response(wanted: number): number {
  return datagram(WALKER + 2 * FLAG + INTRODUCTION + HOLDINGS + answer(wanted));
}

/** An introduction-request without token, offer and padding, at most. */
const UNPADDED_REQUEST_BYTES = datagram(WALKER + FLAG);
/** An introduction-response to an address not validated, at most: it names nobody and tells no holdings. */
const UNVALIDATED_RESPONSE_BYTES = datagram(WALKER + FLAG);
/** Tag, length and one zero. */
const SMALLEST_PADDING_BYTES = 3;

/**
 * Every bare request (no token, no offer) is padded to exactly this, and every introduction-response that names
 * somebody to at least this. So an answer to a bare request is never larger than it, and the first request to a named
 * node never larger than what named it. The smallest size that a request of any length up to the largest can be padded
 * to exactly.
 */
export const BARE_REQUEST_BYTES =
  Math.max(UNPADDED_REQUEST_BYTES, UNVALIDATED_RESPONSE_BYTES) + SMALLEST_PADDING_BYTES;

const FILTER_SAMPLE_BYTES = 1_000;
const FILTER_OVERHEAD_BYTES = requestWithFilter(FILTER_SAMPLE_BYTES) - FILTER_SAMPLE_BYTES;

/**
 * Bytes of Bloom filter that fit into an introduction-request whatever its other fields say. `budget`: of the datagram
 * as if it were not sealed.
 */
export function filterBytes(budget: number): number {
  return budget - FILTER_OVERHEAD_BYTES;
}

/** Coded symbols that fit into an introduction-request whatever its other fields say. */
export function sketchSymbols(budget: number): number {
  const empty = requestWithSketch(MAX_SYMBOLS) - MAX_SYMBOLS * SYMBOL_BYTES;
  return Math.min(MAX_SYMBOLS, Math.floor((budget - empty) / SYMBOL_BYTES));
}

/** Stretches that a cursor can ask for in an introduction-request whatever its other fields say. */
export function cursorRanges(budget: number): number {
  const empty = requestWithCursor(MAX_RANGES) - MAX_RANGES * RANGE;
  return Math.min(MAX_RANGES, Math.floor((budget - empty) / RANGE));
}

/** Bundles that can be asked for by name in an introduction-request whatever its other fields say. */
export function namedPlaces(budget: number): number {
  const empty = requestWithIds(MAX_NAMED) - MAX_NAMED * PLACE_BYTES;
  return Math.min(MAX_NAMED, Math.floor((budget - empty) / PLACE_BYTES));
}

/** Elements that an introduction-response can ask for whatever its other fields say. */
export function wantedElements(budget: number): number {
  const empty = response(MAX_WANTED) - MAX_WANTED * ELEMENT_BYTES;
  return Math.min(MAX_WANTED, Math.floor((budget - empty) / ELEMENT_BYTES));
}

/**
 * A Bundles datagram without bundles, at most: a length of 2 bytes, and of an identifier with number and time or with a
 * token the larger.
 */
export const EMPTY_BUNDLES_BYTES =
  field(OVERLAY_ID_BYTES) + 3 + EIGHT + Math.max(EIGHT, number(MAX_NUMBER) + number(MAX_SENT_MS));

/**
 * What a bundle adds to a Bundles datagram, exactly. `authorIndex` is its author's place in the table of authors, in
 * the order of first appearance; `authorIsNew` when the author is to be added to the table.
 */
export function bundleBytes(bundle: WireBundle, authorIndex: number, authorIsNew: boolean): number {
  const author = authorIndex === 0 ? 0 : number(authorIndex);
  const size = field(author + field(bundle.body.length) + field(SIGNATURE_BYTES));
  return authorIsNew ? size + field(PUBLIC_KEY_BYTES) : size;
}

/**
 * The longest payload that a bundle has for sure where a datagram has room for `datagramBytes`, sealed as it is sent.
 */
export function payloadWithin(datagramBytes: number): number {
  return Math.min(MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES + datagramBytes - DEFAULT_DATAGRAM_BYTES);
}

export interface SizeRow {
  message: string;
  /** The largest UDP payload of this kind. */
  bytes: number;
  /** Whether that is within the default budget. */
  fits: boolean;
}

/** The worst case of every message, for the documentation; of what is sealed between nodes, as sealed. */
export function sizeTable(): SizeRow[] {
  const bundle = field(field(MAX_BODY_BYTES) + field(SIGNATURE_BYTES));
  const sealed = (bytes: number): number => bytes + SEALING_BYTES;
  const rows: [string, number][] = [
    ["introduction-request, bare, before padding", UNPADDED_REQUEST_BYTES],
    ["introduction-request, bare", BARE_REQUEST_BYTES],
    [
      "introduction-request with token",
      sealed(datagram(WALKER + FLAG + EIGHT + RATE + WEB_SOCKET)),
    ],
    [
      "introduction-request that seeks somebody",
      sealed(datagram(WALKER + FLAG + 2 * EIGHT + RATE)),
    ],
    ["introduction-request for a dial-back", DIAL_BACK_REQUEST_BYTES],
    [
      "introduction-request with token and filter",
      sealed(requestWithFilter(filterBytes(DEFAULT_CLEAR_BYTES))),
    ],
    [
      "introduction-request with token and sketch",
      sealed(requestWithSketch(sketchSymbols(DEFAULT_CLEAR_BYTES))),
    ],
    ["introduction-request with token and cursor", sealed(requestWithCursor(MAX_RANGES))],
    ["introduction-request with token and ids", sealed(requestWithIds(MAX_NAMED))],
    ["introduction-response to an address not validated", UNVALIDATED_RESPONSE_BYTES],
    ["introduction-response of an observer", datagram(WALKER + 2 * FLAG + DIAL_BACK)],
    ["introduction-response", sealed(response(MAX_WANTED))],
    [
      "introduction-response with places for WebSockets",
      sealed(datagram(WALKER + 2 * FLAG + INTRODUCTION + HOLDINGS + MAX_WEB_SOCKETS * WEB_SOCKET)),
    ],
    ["puncture-request", datagram(3 * EIGHT + 2 * ADDRESS + NAT + START + FLAG)],
    ["puncture", PUNCTURE_BYTES],
    ["notice", sealed(NOTICE_BYTES)],
    ["bundles, none", sealed(datagram(2 * EIGHT))],
    ["bundles, one of the largest", sealed(datagram(2 * EIGHT + field(PUBLIC_KEY_BYTES) + bundle))],
  ];
  return rows.map(([message, bytes]) => ({
    message,
    bytes,
    fits: bytes <= DEFAULT_DATAGRAM_BYTES,
  }));
}
