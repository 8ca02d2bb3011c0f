/** Every size limit of the format, with the arithmetic behind it. Sizes are in bytes. */

/**
 * Default budget of a UDP payload: IPv6's minimum MTU of 1,280 less 40 of IPv6 and 8 of UDP header
 * (RFC 8200 section 5), so that no path fragments it.
 */
export const DEFAULT_DATAGRAM_BYTES = 1_232;
/**
 * The smallest budget that can be configured, and that a path is thought to have: what every host takes, IPv4's 576
 * (RFC 791) less the longest IP header of 60 and 8 of UDP. All but bundles fits; larger bundles are withheld.
 */
export const MIN_DATAGRAM_BYTES = 508;
/** Ethernet's 1,500 less 20 of IPv4 and 8 of UDP: the largest budget that can be configured. */
export const MAX_DATAGRAM_BYTES = 1_472;

export const OVERLAY_ID_BYTES = 20;
/** In place of an overlay: of those who only ask how they are seen, and of observers among themselves. */
export const NO_OVERLAY = new Uint8Array(OVERLAY_ID_BYTES);
/** Field tag and length of the overlay id, which every datagram begins with. */
export const OVERLAY_ID_OFFSET = 2;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const BUNDLE_ID_BYTES = 32;
/** 64 bits cannot be guessed within a request's life (the original had 16). */
export const IDENTIFIER_BYTES = 8;
export const INSTANCE_BYTES = 8;
export const TOKEN_BYTES = 8;
export const NONCE_BYTES = 8;
export const SALT_BYTES = 8;
/** Two different sets have the same fingerprint once in 2^64, unless somebody made them for it. */
export const FINGERPRINT_BYTES = 8;
/** The number of that lane on the wire; 0 is all bundles. */
export const CONTROL_LANE = 1;
/** A coded symbol: 7 of element and 3 of check. */
export const SYMBOL_BYTES = 10;
/** More than the largest datagram has room for. */
export const MAX_SYMBOLS = 128;
/** An element of a sketch: the first 56 bits of a keyed hash of a bundle. */
export const ELEMENT_BYTES = 7;
/** Elements that an answer may ask for: they have room beside everything else that a response says. */
export const MAX_WANTED = 64;
/** Of an id, in a notice: two new bundles share them once in 2^64, unless their author made them for it. */
export const NOTICE_ID_BYTES = 8;
/** Bundles that a notice names: 384 bytes, which fit into the smallest datagram. */
export const MAX_NOTICED = 48;
/** Of an id, in a position: as many as the index knows. */
export const POSITION_ID_BYTES = 16;

/**
 * Largest encoded body, so that one bundle with its author fills at most one datagram:
 * 1,232 - 40 (sealing) - 22 (overlay id) - 3 (kind) - 10 (identifier) - 10 (token) - 34 (author) - 3 (bundle) -
 * 3 (body tag and length) - 66 (signature) = 1,041, rounded down.
 */
export const MAX_BODY_BYTES = 1_040;
/**
 * Largest payload, sealed or not, that leaves room for one parent and all else that a bundle says of itself: the body
 * less 9 (global time) + 2 (kind) + 7 (expires) + 22 (a parent) + 10 (key) + 6 (sequence) + 2 (flags) + 3 (tag and
 * length) of header, 32 (salt and tag), 7 (when it was written) and 3 (tag and length) within what is sealed, is 937,
 * rounded down. More parents and a topic take from the same space.
 */
export const MAX_PAYLOAD_BYTES = 928;
export const MAX_TOPIC_BYTES = 32;
/** Of a payload key's id: enough to tell the keys of one overlay apart. */
export const PAYLOAD_KEY_ID_BYTES = 8;
/** Stands for a topic's name in a private overlay: two names of one author share it once in 2^128. */
export const HIDDEN_TOPIC_BYTES = 16;
/** Of each sealed content: none is drawn twice by one author. */
export const CONTENT_SALT_BYTES = 16;
/** Bundles that one follows: more heads than that are seldom, and the next bundle names the others. */
export const MAX_PARENTS = 3;
/** Of one: how much later its child is, and its id. */
export const PARENT_BYTES = 4 + POSITION_ID_BYTES;

/** Lamport times are exact in a double: 2^53 - 1. */
export const MAX_GLOBAL_TIME = Number.MAX_SAFE_INTEGER;

const SMALLEST_BUNDLE_BYTES = 103;
/** The smallest bundle takes 103 (34 + 66 + 3), so no valid datagram holds more. */
export const MAX_BUNDLES_PER_DATAGRAM = 16;

/** The same where a datagram has room for `budget` bytes: as many of the smallest ones. */
export function mostBundles(budget: number): number {
  return Math.max(MAX_BUNDLES_PER_DATAGRAM, Math.floor(budget / SMALLEST_BUNDLE_BYTES));
}

/** Datagrams of one answer, so that a number takes 2 bytes. */
export const MAX_NUMBER = 2 ** 14 - 1;
/** What a sender's clock is told modulo: longer than anything is on its way. */
export const MAX_SENT_MS = 2 ** 16;
/** Stretches that one cursor asks for: they have room beside everything else that a request says. */
export const MAX_RANGES = 16;

/** Of a bundle that an offer names: its global time, and the beginning of its id. */
export const PLACE_BYTES = 8 + POSITION_ID_BYTES;
/** Bundles that one offer names: they have room beside everything else that a request says. */
export const MAX_NAMED = 40;

export const MAX_MODULO = 65_535;
export const MAX_FUNCTIONS = 16;
export const MAX_ID_BITS = 16;
/** A filter that says yes to everything would only cost its reader time. */
export const MAX_FILL = 0.6;

/**
 * Of a place for WebSockets that nodes tell each other: a name, a port and a path of a usual length. Two have room
 * beside an introduction and what is held in the smallest datagram.
 */
export const MAX_WEB_SOCKET_BYTES = 92;
/** Such places in one response: its sender's own and one more, so that who asks again hears of others. */
export const MAX_WEB_SOCKETS = 2;

/** The longest idle time worth testing on a NAT: RFC 4787 REQ-5 demands 120 s; few give more than 180. */
export const MAX_DIAL_BACK_S = 180;

/** The newest version of the protocol that we speak, and the oldest one. */
export const PROTOCOL_VERSION = 1;
export const OLDEST_PROTOCOL_VERSION = 1;
/** A port that a router forwards to a node: those below are of services, to which nobody shall be made to send. */
export const MIN_MAPPED_PORT = 1_024;
