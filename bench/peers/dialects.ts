import { Address } from "../../wire/address.ts";
import { decode } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { OVERLAY_ID_BYTES } from "../../wire/limits.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";

/** How a client asks one kind of server. */
export interface Dialect {
  /** The first datagram, answered by what the client needs to ask. */
  greeting(client: number, server: Address): Uint8Array;
  /** What it asks again and again. Undefined when the greeting was answered by something else. */
  question(client: number, server: Address, answer: Uint8Array): Uint8Array | undefined;
  /** Whether a datagram answers a question, and so lets the client ask the next one. */
  isReply(bytes: Uint8Array): boolean;
}

const OVERLAY = new Uint8Array(OVERLAY_ID_BYTES).fill(7);

function request(client: number, destination: Address, token?: Uint8Array): Uint8Array {
  const own = new Uint8Array(8).fill(client + 1);
  const message = {
    kind: "introduction-request",
    identifier: own,
    instance: own,
    destination,
    grant: own,
    nat: { ...UNKNOWN_NAT, mapping: "endpoint-independent" },
    advice: true,
  } as const;
  if (token !== undefined) return encode(OVERLAY, { ...message, token });
  return encode(OVERLAY, padTo(message, BARE_REQUEST_BYTES));
}

/** What follows the overlay id: the tag of the message. */
const TAG_AT = OVERLAY_ID_BYTES + 2;
const RESPONSE_TAG = (3 << 3) | 2;

/** Of the tracker: every reply names somebody, who gets a puncture-request. */
const introductions: Dialect = {
  greeting: request,
  question(client, server, answer) {
    const decoded = decode(answer);
    if ("rejected" in decoded || decoded.message.kind !== "introduction-response") return undefined;
    return request(client, server, decoded.message.grant);
  },
  isReply: (bytes) => bytes[TAG_AT] === RESPONSE_TAG,
};

/** The same datagrams come back. */
const echo: Dialect = {
  greeting: request,
  question: (client, server) => request(client, server, new Uint8Array(8)),
  isReply: () => true,
};

const CONNECT = 0;
const ANNOUNCE = 1;
/** BEP 15: what a connect request begins with. */
const PROTOCOL_ID = 0x41727101980n;

/** UDP announces (BEP 15): 98 bytes, answered by one peer's address as an introduction is. */
const announces: Dialect = {
  greeting(client) {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64BE(PROTOCOL_ID, 0);
    bytes.writeUInt32BE(CONNECT, 8);
    bytes.writeUInt32BE(client, 12);
    return bytes;
  },
  question(client, _, answer) {
    if (answer.length !== 16) return undefined;
    const bytes = Buffer.alloc(98);
    bytes.set(answer.subarray(8), 0);
    bytes.writeUInt32BE(ANNOUNCE, 8);
    bytes.writeUInt32BE(client, 12);
    bytes.fill(7, 16, 36);
    bytes.fill(client, 36, 56);
    bytes.writeInt32BE(1, 92);
    bytes.writeUInt16BE(10_000 + client, 96);
    return bytes;
  },
  isReply: (bytes) => bytes[3] === ANNOUNCE,
};

export const DIALECTS = { introductions, echo, announces };
export type DialectName = keyof typeof DIALECTS;
