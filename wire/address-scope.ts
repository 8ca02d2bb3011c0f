import { Address, parseIp } from "./address.ts";
import { startToHex, toHex } from "./bytes.ts";

/**
 * What kind of place an IP address names. Only `global` ones are met on the Internet; `link` stands for the other end
 * of a WebSocket or a pipe, which has no address of its own; `reserved` is everything that no peer can have.
 */
export type Scope =
  | "global"
  | "loopback"
  | "private"
  | "carrier-grade"
  | "link-local"
  | "link"
  | "multicast"
  | "reserved";

interface Range {
  name: string;
  scope: Scope;
  prefix: Uint8Array;
  bits: number;
}

/**
 * IANA IPv4 Special-Purpose Address Registry (RFC 6890) and multicast (RFC 5771). The first match counts. Its globally
 * reachable entries are left out: AS112 (RFC 7534, 7535) and AMT (RFC 7450).
 */
const IPV4_RANGES = ranges([
  ["0.0.0.0/8", "reserved"], // this network, unspecified
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "carrier-grade"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"], // IETF protocol assignments
  ["192.0.2.0/24", "reserved"], // documentation
  ["192.88.99.0/24", "reserved"], // 6to4 relay anycast, withdrawn
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "reserved"], // benchmarking
  ["198.51.100.0/24", "reserved"], // documentation
  ["203.0.113.0/24", "reserved"], // documentation
  ["224.0.0.0/4", "multicast"],
  ["255.255.255.255/32", "reserved"], // broadcast
  ["240.0.0.0/4", "reserved"], // class E
  ["0.0.0.0/0", "global"],
]);

/**
 * IANA IPv6 Special-Purpose Address Registry, address space registry and multicast (RFC 4291). The first match counts.
 * What embeds an IPv4 address is reserved: one host would have two addresses, and a private one could hide inside.
 */
const IPV6_RANGES = ranges([
  ["2001::/32", "reserved"], // Teredo
  ["2001:db8::/32", "reserved"], // documentation
  ["2001::/23", "reserved"], // IETF protocol assignments: benchmarking, ORCHID, anycast services
  ["2002::/16", "reserved"], // 6to4
  ["3fff::/20", "reserved"], // documentation
  ["2000::/3", "global"],
  ["::1/128", "loopback"],
  ["::/128", "reserved"], // unspecified
  ["64:ff9b::/96", "reserved"], // NAT64
  ["64:ff9b:1::/48", "reserved"], // NAT64, local use
  ["100::/64", "link"], // discard (RFC 6666): nobody has one, nobody may send there
  ["fc00::/7", "private"], // unique local
  ["fe80::/10", "link-local"],
  ["fec0::/10", "reserved"], // site-local, withdrawn
  ["ff00::/8", "multicast"],
  ["::/0", "reserved"], // not assigned, and IPv4-mapped
]);

/** The same, of each first byte those that have addresses with it: nearly always the one that counts. */
const IPV4_BY_FIRST_BYTE = byFirstByte(IPV4_RANGES);
const IPV6_BY_FIRST_BYTE = byFirstByte(IPV6_RANGES);

const SUBSCRIBER_BYTES = 8;

/** The address that stands for the other end of a link, numbered from 1 up to 2^32 - 1. */
export function linkAddress(link: number): Address {
  const bytes = new Uint8Array(18);
  bytes[0] = 1;
  const view = new DataView(bytes.buffer);
  view.setUint32(12, link);
  view.setUint16(16, 1);
  return Address.ofBytes(bytes)!;
}

export function isLink(address: Address): boolean {
  return address.family === 6 && scopeOf(address.ip) === "link";
}

/**
 * Whether an address is a group of its own. Neighbours in a home or a laboratory share one network, and the other ends
 * of links none.
 */
export function standsAlone(ip: Uint8Array): boolean {
  const scope = scopeOf(ip);
  return scope === "loopback" || scope === "private" || scope === "link";
}

/** The scope of 4 or 16 bytes of IP; anything else is reserved. */
export function scopeOf(ip: Uint8Array): Scope {
  return rangeOf(ip)?.scope ?? "reserved";
}

/**
 * The special range that 4 or 16 bytes of IP are in, such as "10.0.0.0/8"; undefined for global addresses. A target in
 * one is obeyed only when whoever names it was observed in the same.
 */
export function specialRange(ip: Uint8Array): string | undefined {
  const range = rangeOf(ip);
  return range === undefined || range.scope === "global" ? undefined : range.name;
}

/**
 * The group of addresses that one party is likely to hold, as a key: for votes and for caps. "narrow" is a /24 of IPv4
 * or a /48 of IPv6 (one site), "wide" a /16 or a /32 (one provider).
 */
export function addressGroup(ip: Uint8Array, width: "narrow" | "wide" = "narrow"): string {
  if (scopeOf(ip) === "link") return toHex(ip);
  // 3 and 2 bytes of IPv4, 6 and 4 of IPv6: the length of the key tells them apart.
  const bytes = (ip.length === 4 ? 1 : 2) * (width === "narrow" ? 3 : 2);
  return startToHex(ip, bytes);
}

/**
 * Whoever has one connection to the Internet, as a key: an IPv4 address, or a /64 of IPv6, which is the least that a
 * customer gets (RFC 6177) and all his to draw addresses from.
 */
export function subscriber(address: Address): string {
  if (address.family === 4 || isLink(address)) return address.host;
  return startToHex(address.ip, SUBSCRIBER_BYTES);
}

/**
 * Whose share of something is used up by whoever is at an address, as a key: its address group's. Neighbours in a home
 * or a laboratory are all of one, so there everybody has a share.
 */
export function shareGroup(address: Address): string {
  return standsAlone(address.ip) ? address.key : addressGroup(address.ip);
}

function rangeOf(ip: Uint8Array): Range | undefined {
  if (ip.length !== 4 && ip.length !== 16) return undefined;
  const table = ip.length === 4 ? IPV4_BY_FIRST_BYTE : IPV6_BY_FIRST_BYTE;
  const ranges = table[ip[0]!]!;
  for (const range of ranges) if (startsWith(ip, range.prefix, range.bits)) return range;
  return undefined;
}

/** Whether the first `bits` bits of `ip` are those of `prefix`, which is equally long. */
export function startsWith(ip: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (ip[i] !== prefix[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (ip[whole]! ^ prefix[whole]!) >> (8 - rest) === 0;
}

function ranges(rows: [string, Scope][]): Range[] {
  return rows.map(([name, scope]) => {
    const [ip = "", bits] = name.split("/");
    return { name, scope, prefix: parseIp(ip)!, bits: Number(bits) };
  });
}

function byFirstByte(table: Range[]): Range[][] {
  return Array.from({ length: 256 }, (_, byte) => {
    const first = Uint8Array.of(byte);
    return table.filter(({ prefix, bits }) => startsWith(first, prefix, Math.min(bits, 8)));
  });
}
