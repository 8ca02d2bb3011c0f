import { Address } from "../../wire/address.ts";
import { decode } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { OVERLAY_ID_BYTES } from "../../wire/limits.ts";
import { type NatSummary, UNKNOWN_NAT } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";

/** Who asks, where, and about what. */
export interface Client {
  /** Counted from 0 over all clients: what tells it from all others. */
  number: number;
  /** Of those that it asks for. */
  overlay: number;
  server: Address;
}

/** What a datagram of a server is to the client that it came to. */
export type Heard = "answers" | "punctureRequests" | "others";

/** How a client asks one kind of server. */
export interface Dialect {
  /** The first datagram, answered by what the client needs to ask. */
  greeting(client: Client): Uint8Array;
  /** What it asks again and again. Undefined when the greeting was answered by something else. */
  question(client: Client, answer: Uint8Array): Uint8Array | undefined;
  /** Gives the question another identifier, in place: no server shall know it by its bytes. */
  renew(question: Uint8Array, identifier: number): void;
  /** Only what names somebody is an answer. */
  hear(bytes: Uint8Array): Heard;
}

const IDENTIFIER = new Uint8Array(8).fill(0xa5);
/** Behind it nothing is said of how large the lengths before it are. */
const IDENTIFIER_AT = Buffer.from(bareRequest(new Uint8Array(OVERLAY_ID_BYTES))).indexOf(
  IDENTIFIER,
);

function bareRequest(overlay: Uint8Array): Uint8Array {
  const own = new Uint8Array(8);
  const destination = Address.of("127.0.0.1", 1)!;
  const message = { kind: "introduction-request", instance: own, destination, grant: own } as const;
  return encode(overlay, { ...message, identifier: IDENTIFIER, nat: UNKNOWN_NAT, advice: true });
}

/** Bytes that begin with a number. */
function numbered(bytes: number, number: number): Uint8Array {
  const out = Buffer.alloc(bytes, 7);
  out.writeUInt32BE(number, 0);
  return new Uint8Array(out);
}

/** At home, behind a router that lets in who was written to, as two thirds of all nodes are. */
const AT_HOME: NatSummary = {
  ...UNKNOWN_NAT,
  mapping: "endpoint-independent",
  filtering: "address-and-port-dependent",
};
/** Whoever knows its address gets in, unannounced. */
const OPEN: NatSummary = { ...AT_HOME, filtering: "endpoint-independent" };

function request(
  { number, overlay, server }: Client,
  nat: NatSummary,
  token?: Uint8Array,
): Uint8Array {
  const own = numbered(8, number);
  const message = {
    kind: "introduction-request",
    identifier: own,
    instance: own,
    destination: server,
    grant: own,
    nat,
    advice: true,
  } as const;
  const id = numbered(OVERLAY_ID_BYTES, overlay);
  return encode(
    id,
    token === undefined ? padTo(message, BARE_REQUEST_BYTES) : { ...message, token },
  );
}

/** What follows the overlay id: the tag of the message, then its length. */
const TAG_AT = OVERLAY_ID_BYTES + 2;
const RESPONSE_TAG = (3 << 3) | 2;
const PUNCTURE_REQUEST_TAG = (4 << 3) | 2;

/**
 * Of the tracker. A response that names somebody is as large as the bare request that may follow, one that does not is
 * smaller: whoever counts a hundred thousand of them cannot decode each.
 */
function introductions(nat: NatSummary): Dialect {
  return {
    greeting: (client) => request(client, nat),
    question(client, answer) {
      const decoded = decode(answer);
      if ("rejected" in decoded || decoded.message.kind !== "introduction-response")
        return undefined;
      return request(client, nat, decoded.message.grant);
    },
    renew: (question, identifier) => writeNumber(question, IDENTIFIER_AT, identifier),
    hear(bytes) {
      if (bytes[TAG_AT] === PUNCTURE_REQUEST_TAG) return "punctureRequests";
      const isAnswer = bytes[TAG_AT] === RESPONSE_TAG && bytes.length >= BARE_REQUEST_BYTES;
      return isAnswer ? "answers" : "others";
    },
  };
}

/** The same datagrams come back. */
const echo: Dialect = {
  greeting: (client) => request(client, AT_HOME),
  question: (client) => request(client, AT_HOME, new Uint8Array(8)),
  renew: (question, identifier) => writeNumber(question, IDENTIFIER_AT, identifier),
  hear: () => "answers",
};

const CONNECT = 0;
const ANNOUNCE = 1;
/** BEP 15: what a connect request begins with. */
const PROTOCOL_ID = 0x41727101980n;
const TRANSACTION_AT = 12;
/** What an answer to an announce begins with, before the first peer's address. */
const ANNOUNCED_BYTES = 20;

/** UDP announces (BEP 15): 98 bytes, answered by one peer's address as an introduction is. */
const announces: Dialect = {
  greeting({ number }) {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64BE(PROTOCOL_ID, 0);
    bytes.writeUInt32BE(CONNECT, 8);
    bytes.writeUInt32BE(number, TRANSACTION_AT);
    return bytes;
  },
  question({ number, overlay }, answer) {
    if (answer.length !== 16) return undefined;
    const bytes = Buffer.alloc(98);
    bytes.set(answer.subarray(8), 0);
    bytes.writeUInt32BE(ANNOUNCE, 8);
    bytes.set(numbered(20, overlay), 16);
    bytes.set(numbered(20, number), 36);
    bytes.writeInt32BE(1, 92);
    return bytes;
  },
  renew: (question, identifier) => writeNumber(question, TRANSACTION_AT, identifier),
  hear: (bytes) => (bytes[3] === ANNOUNCE && bytes.length > ANNOUNCED_BYTES ? "answers" : "others"),
};

function writeNumber(bytes: Uint8Array, at: number, number: number): void {
  bytes[at] = number >>> 24;
  bytes[at + 1] = number >>> 16;
  bytes[at + 2] = number >>> 8;
  bytes[at + 3] = number;
}

export const DIALECTS = {
  introductions: introductions(AT_HOME),
  "introductions-of-open": introductions(OPEN),
  echo,
  announces,
};
export type DialectName = keyof typeof DIALECTS;
