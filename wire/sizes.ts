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
  MAX_FUNCTIONS,
  MAX_GLOBAL_TIME,
  MAX_ID_BITS,
  MAX_MODULO,
  MAX_NUMBER,
  MAX_RANGES,
  MAX_SENT_MS,
  MAX_SYMBOLS,
  MAX_WANTED,
  OVERLAY_ID_BYTES,
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
const HOLDINGS = field(4 * number(MAX_GLOBAL_TIME) + 2 * field(FINGERPRINT_BYTES) + FLAG);
const POSITION = field(number(MAX_GLOBAL_TIME) + field(POSITION_ID_BYTES));
const ANSWER = field(
  2 * number(MAX_UINT32) +
    number(MAX_SYMBOLS) +
    FLAG +
    field(MAX_WANTED * ELEMENT_BYTES) +
    POSITION,
);
const INTRODUCTION = field(2 * ADDRESS + 2 * EIGHT + NAT + START);

const DIAL_BACK = field(EIGHT + FLAG + ADDRESS);
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
 * as if it were not sealed, at least DEFAULT_CLEAR_BYTES (all lengths around the filter then take 2 bytes).
 */
export function filterBytes(budget: number): number {
  return budget - FILTER_OVERHEAD_BYTES;
}

/** Coded symbols that fit into an introduction-request whatever its other fields say. */
export function sketchSymbols(budget: number): number {
  const empty = requestWithSketch(MAX_SYMBOLS) - MAX_SYMBOLS * SYMBOL_BYTES;
  return Math.min(MAX_SYMBOLS, Math.floor((budget - empty) / SYMBOL_BYTES));
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
    ["introduction-request with token", sealed(datagram(WALKER + FLAG + EIGHT + RATE))],
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
    [
      "introduction-request with token and cursor",
      sealed(
        requestWithOffer(
          SUBSET + LANE_BYTES + MAX_RANGES * field(2 * POSITION) + number(MAX_UINT32),
        ),
      ),
    ],
    ["introduction-response to an address not validated", UNVALIDATED_RESPONSE_BYTES],
    ["introduction-response of an observer", datagram(WALKER + 2 * FLAG + DIAL_BACK)],
    [
      "introduction-response",
      sealed(datagram(WALKER + 2 * FLAG + INTRODUCTION + HOLDINGS + ANSWER)),
    ],
    ["puncture-request", datagram(3 * EIGHT + 2 * ADDRESS + NAT + START + FLAG)],
    ["puncture", PUNCTURE_BYTES],
    ["bundles, none", sealed(datagram(2 * EIGHT))],
    ["bundles, one of the largest", sealed(datagram(2 * EIGHT + field(PUBLIC_KEY_BYTES) + bundle))],
  ];
  return rows.map(([message, bytes]) => ({
    message,
    bytes,
    fits: bytes <= DEFAULT_DATAGRAM_BYTES,
  }));
}
