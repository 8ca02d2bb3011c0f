import { fromHex, toHex } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { SECRET_KEY_BYTES } from "./identity.ts";
import { PUBLIC_KEY_BYTES } from "./limits.ts";
import { formatHostPort, type HostPort, parseHostPort } from "./place.ts";
import {
  formatWebSocketPlace,
  parseWebSocketPlace,
  type WebSocketPlace,
} from "./websocket-place.ts";

/**
 * All that somebody needs in order to join an overlay, as one string without white space:
 *
 *     dispersy:1:<overlay key>?at=host:port&at=[v6]:port&peer=host:port
 *       &ws=host:port/path&wss=host:port/path&invitation=<key>&secret=<key>&helper=<key>&check=<crc>
 *
 * Keys are 64 hexadecimal digits. `check` is always there and always last: a ticket that lost its end has none. It is
 * the CRC-32 of everything before it, as 8 hexadecimal digits. Parameters of an unknown name are ignored: a later
 * version may add some.
 */
export interface Ticket {
  /** 32 bytes: the overlay's public key. */
  overlay: Uint8Array;
  /** Where to begin: places that whoever gives the ticket vouches for. BOUNDED: at most MAX_TICKET_PLACES. */
  at: HostPort[];
  /** Where to begin as well: places that it only heard of, trusted like anybody. BOUNDED: at most MAX_TICKET_PLACES. */
  peers?: HostPort[];
  /** Where to begin when UDP is blocked. BOUNDED: at most MAX_TICKET_PLACES. */
  ws?: WebSocketPlace[];
  /** 32 bytes: the secret key of an invitation, with which its holder may grant itself the right to write. */
  invitation?: Uint8Array;
  /** 32 bytes: what the members of a private overlay share. */
  secret?: Uint8Array;
  /** 32 bytes: what somebody needs who carries a private overlay and cannot read it. */
  helper?: Uint8Array;
}

/** More places than this help nobody to begin, and would make a ticket too long to pass on. */
export const MAX_TICKET_PLACES = 32;
/** Longest text that is looked at: 96 places with names of 253 characters, four keys, and room to grow. */
const MAX_TICKET_CHARACTERS = 32_768;
const SCHEME = "dispersy:";
const VERSION = "1";

/** The ticket as text. Throws a RangeError for keys of a wrong length, bad places or too many of them. */
export function formatTicket(ticket: Ticket): string {
  const { overlay, at, peers = [], ws = [] } = ticket;
  if (overlay.length !== PUBLIC_KEY_BYTES) throw new RangeError("an overlay key has 32 bytes");
  if (Math.max(at.length, peers.length, ws.length) > MAX_TICKET_PLACES)
    throw new RangeError(TOO_MANY_PLACES);
  const parameters = at.map((place) => `at=${formatHostPort(place)}`);
  for (const place of peers) parameters.push(`peer=${formatHostPort(place)}`);
  for (const place of ws) {
    parameters.push(`${place.tls ? "wss" : "ws"}=${formatWebSocketPlace(place)}`);
  }
  for (const name of KEYS) {
    const key = ticket[name];
    if (key === undefined) continue;
    if (key.length !== SECRET_KEY_BYTES) throw new RangeError(`the ${name} has 32 bytes`);
    parameters.push(`${name}=${toHex(key)}`);
  }
  const text = `${SCHEME}${VERSION}:${toHex(overlay)}?${parameters.map((each) => `${each}&`).join("")}`;
  return `${text}check=${checkOf(text)}`;
}

/** The same ticket for somebody who may find the overlay, but not write to it or read what is private in it. */
export function withoutSecrets({ overlay, at, peers, ws }: Ticket): Ticket {
  return { overlay, at, ...(peers && { peers }), ...(ws && { ws }) };
}

const KEYS = ["invitation", "secret", "helper"] as const;
const HOST_PORT = "host:port or [IPv6]:port";
const TOO_MANY_PLACES = `a ticket names at most ${MAX_TICKET_PLACES} places of a kind`;

interface Mistake {
  /**
   * A sentence for the person who typed or pasted the ticket. It quotes nothing of the text: where a `&` got
   * lost, a place runs on into a secret key.
   */
  mistake: string;
}

/** Reads a ticket, also one that mail, a page or a chat has wrapped or decorated. */
export function parseTicket(text: string): Ticket | Mistake {
  if (text.length > MAX_TICKET_CHARACTERS) return { mistake: "this is too long to be a ticket" };
  const plain = undecorated(text);
  const start = /^dispersy:([0-9]{1,9}):([^?]*)/.exec(plain);
  if (start === null) return { mistake: `a ticket begins with ${SCHEME}${VERSION}: and a key` };
  const end = /^(.*[?&])check=([0-9a-f]{8})$/s.exec(plain);
  if (end === null) {
    return { mistake: "the ticket is cut off: it must end with check= and 8 hexadecimal digits" };
  }
  if (checkOf(end[1]!) !== end[2]) {
    return { mistake: "the ticket was changed on its way: its check does not fit the rest" };
  }
  const [whole, version, key] = start;
  if (version !== VERSION) {
    return {
      mistake: `this ticket is of version ${version}; only version ${VERSION} is understood`,
    };
  }
  const overlay = fromHex(key!, PUBLIC_KEY_BYTES);
  if (overlay === undefined)
    return { mistake: "the ticket's overlay key must be 64 hexadecimal digits" };
  return readParameters({ overlay, at: [] }, end[1]!.slice(whole.length + 1, -1));
}

/**
 * Without what people and programs put around and into a text that they pass on: white space and line breaks,
 * characters that nobody sees, quotes, brackets, a final full stop, `&amp;` for `&`, capitals. None of these can stand
 * in a ticket, but for square brackets, which stand around IPv6 addresses only.
 */
function undecorated(text: string): string {
  return text
    .replace(/[\s\p{Cf}\p{Pi}\p{Pf}"'`<>(){}\u201a\u201e]+/gu, "")
    .toLowerCase()
    .replace(/&(?:amp;)+/g, "&")
    .replace(/^\[+/, "")
    .replace(/[\].]+$/, "");
}

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

function readParameters(ticket: Ticket, query: string): Ticket | Mistake {
  for (const parameter of query.split("&")) {
    const equals = parameter.indexOf("=");
    const name = equals < 0 ? parameter : parameter.slice(0, equals);
    const value = equals < 0 ? "" : parameter.slice(equals + 1);
    const mistake = readParameter(ticket, name, value);
    if (mistake !== undefined) return { mistake };
  }
  return ticket;
}

/** Adds one parameter to `ticket`, or says what is wrong with it. */
function readParameter(ticket: Ticket, name: string, value: string): string | undefined {
  if (name === "at") return addPlace(ticket.at, parseHostPort(value), HOST_PORT);
  if (name === "peer") return addPlace((ticket.peers ??= []), parseHostPort(value), HOST_PORT);
  if (name === "ws" || name === "wss") {
    const place = parseWebSocketPlace(value, name === "wss");
    return addPlace((ticket.ws ??= []), place, "host:port/path");
  }
  const key = KEYS.find((known) => known === name);
  return key === undefined ? undefined : readKey(ticket, key, value);
}

function addPlace<P>(places: P[], place: P | undefined, form: string): string | undefined {
  if (places.length === MAX_TICKET_PLACES) return TOO_MANY_PLACES;
  if (place === undefined) return `place ${places.length + 1} of the ticket is not ${form}`;
  places.push(place);
  return undefined;
}

function readKey(ticket: Ticket, name: (typeof KEYS)[number], value: string): string | undefined {
  if (ticket[name] !== undefined) return `the ticket has more than one ${name}`;
  const key = fromHex(value, SECRET_KEY_BYTES);
  if (key === undefined) return `the ticket's ${name} must be 64 hexadecimal digits`;
  ticket[name] = key;
  return undefined;
}
