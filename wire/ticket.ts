import { fromHex, toHex } from "./bytes.ts";
import { formatIp, parseIp } from "./address.ts";
import { PUBLIC_KEY_BYTES } from "./limits.ts";
import { SECRET_KEY_BYTES } from "./identity.ts";

/**
 * All that somebody needs in order to join an overlay, as one string:
 * `dispersy:1:<overlay key>?at=host:port&at=[v6]:port&peer=host:port&invitation=<secret key>&secret=<key>`; keys are 64
 * hexadecimal digits. Parameters of an unknown name are ignored: a later version may add some.
 */
export interface Ticket {
  /** 32 bytes: the overlay's public key. */
  overlay: Uint8Array;
  /** Where to begin: places that whoever gives the ticket vouches for. BOUNDED: at most MAX_TICKET_PLACES. */
  at: HostPort[];
  /** Where to begin as well: places that it only heard of, trusted like anybody. BOUNDED: at most MAX_TICKET_PLACES. */
  peers?: HostPort[];
  /** 32 bytes: the secret key of an invitation, with which its holder may grant itself the right to write. */
  invitation?: Uint8Array;
  /** 32 bytes: what the holders of a private overlay share. */
  secret?: Uint8Array;
}

/** A literal IP, or a name still to be resolved, and a UDP port. */
export interface HostPort {
  /** `192.0.2.1`, `2001:db8::1` (no brackets) or a DNS name in lower case. */
  host: string;
  /** 1 to 65,535. */
  port: number;
}

/** More places than this help nobody to begin, and would make a ticket too long to pass on. */
export const MAX_TICKET_PLACES = 32;
/** Longest text that is looked at: 64 places, half of them names of 253 characters, three keys, and room to grow. */
const MAX_TICKET_CHARACTERS = 16_384;
const SCHEME = "dispersy:";
const VERSION = "1";
/** RFC 1035 section 2.3.4, less the length bytes. */
const MAX_NAME_CHARACTERS = 253;

/** The ticket as text. Throws a RangeError for keys of a wrong length, bad places or too many of them. */
export function formatTicket(ticket: Ticket): string {
  if (ticket.overlay.length !== PUBLIC_KEY_BYTES)
    throw new RangeError("an overlay key has 32 bytes");
  const { at, peers = [] } = ticket;
  if (Math.max(at.length, peers.length) > MAX_TICKET_PLACES) throw new RangeError(TOO_MANY_PLACES);
  const parameters = [
    ...at.map((place) => `at=${formatHostPort(place)}`),
    ...peers.map((place) => `peer=${formatHostPort(place)}`),
  ];
  for (const name of SECRETS) {
    const key = ticket[name];
    if (key === undefined) continue;
    if (key.length !== SECRET_KEY_BYTES) throw new RangeError(`the ${name} has 32 bytes`);
    parameters.push(`${name}=${toHex(key)}`);
  }
  const query = parameters.length === 0 ? "" : `?${parameters.join("&")}`;
  return `${SCHEME}${VERSION}:${toHex(ticket.overlay)}${query}`;
}

/** The same ticket for somebody who may help to carry the overlay, but not write to it or read it. */
export function withoutSecrets(ticket: Ticket): Ticket {
  const { overlay, at, peers } = ticket;
  return { overlay, at, ...(peers && { peers }) };
}

const SECRETS = ["invitation", "secret"] as const;
const TOO_MANY_PLACES = `a ticket names at most ${MAX_TICKET_PLACES} places`;

interface Mistake {
  /**
   * A sentence for the person who typed or pasted the ticket. It quotes nothing of the text: where a `&` got
   * lost, a place runs on into a secret key.
   */
  mistake: string;
}

/** Reads a ticket; white space around it is ignored. */
export function parseTicket(text: string): Ticket | Mistake {
  if (text.length > MAX_TICKET_CHARACTERS) return { mistake: "this is too long to be a ticket" };
  const trimmed = text.trim();
  const start = /^dispersy:([0-9]{1,9}):([^?]*)(?:\?(.*))?$/s.exec(trimmed);
  if (start === null) return { mistake: `a ticket begins with ${SCHEME}${VERSION}: and a key` };
  const [, version = "", key = "", query = ""] = start;
  if (version !== VERSION) {
    return {
      mistake: `this ticket is of version ${version}; only version ${VERSION} is understood`,
    };
  }
  const overlay = fromHex(key, PUBLIC_KEY_BYTES);
  if (overlay === undefined) {
    return { mistake: "the ticket's overlay key must be 64 hexadecimal digits; is it complete?" };
  }
  return readParameters({ overlay, at: [] }, query);
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
  if (name === "at") return readPlace(ticket.at, value);
  if (name === "peer") return readPlace((ticket.peers ??= []), value);
  const secret = SECRETS.find((known) => known === name);
  return secret === undefined ? undefined : readSecret(ticket, secret, value);
}

function readPlace(places: HostPort[], value: string): string | undefined {
  if (places.length === MAX_TICKET_PLACES) return TOO_MANY_PLACES;
  const place = parseHostPort(value);
  if (place === undefined) {
    return `place ${places.length + 1} of the ticket is not host:port or [IPv6]:port`;
  }
  places.push(place);
  return undefined;
}

function readSecret(
  ticket: Ticket,
  name: (typeof SECRETS)[number],
  value: string,
): string | undefined {
  if (ticket[name] !== undefined) return `the ticket has more than one ${name}`;
  const key = fromHex(value, SECRET_KEY_BYTES);
  if (key === undefined)
    return `the ticket's ${name} must be 64 hexadecimal digits; is it complete?`;
  ticket[name] = key;
  return undefined;
}

/** `host:port` or `[IPv6]:port`. Throws a RangeError unless `parseHostPort` can read it back. */
export function formatHostPort({ host, port }: HostPort): string {
  const text = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (parseHostPort(text) === undefined) throw new RangeError("not a host and a port");
  return text;
}

/** Reads `192.0.2.1:6421`, `[2001:db8::1]:6421` and `name.example:6421`; nothing is resolved. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, bare] = match;
  const port = Number(match[3]);
  const host = bracketed === undefined ? parseBareHost(bare!) : parseIpv6Host(bracketed);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function parseIpv6Host(text: string): string | undefined {
  const ip = text.includes(":") ? parseIp(text) : undefined;
  return ip === undefined ? undefined : formatIp(ip);
}

/**
 * An IPv4 literal or a name. What ends in a number but is not plain dotted decimal (`127.1`, `0x7f.1`,
 * `2130706433`) is neither: system resolvers would take it for an IP that no check of ours has seen.
 */
function parseBareHost(text: string): string | undefined {
  const ip = parseIp(text);
  if (ip !== undefined) return formatIp(ip);
  if (text.length > MAX_NAME_CHARACTERS) return undefined;
  const labels = text.toLowerCase().replace(/\.$/, "").split(".");
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1)!)) return undefined;
  return labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
    ? labels.join(".")
    : undefined;
}
