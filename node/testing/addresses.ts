import { Address } from "../../wire/address.ts";

/** Every simulated host listens here, so that hosts behind one NAT contend for the same port. */
export const SIM_PORT = 6_421;

/** First octets that are global unicast throughout: 5 to 99 without 10 (RFC 6890). */
const FIRST_OCTETS = Array.from({ length: 95 }, (_, i) => i + 5).filter((octet) => octet !== 10);
const SLASH16_COUNT = FIRST_OCTETS.length * 256;

/** What tells IPs apart, cheaper than their text: a number for IPv4. */
export type IpKey = number | string;

export function ipKey(address: Address): IpKey {
  const { bytes } = address;
  return address.family === 4
    ? ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
    : address.host;
}

/**
 * IP of the `index`-th public host or NAT device, as text. The first 24,064 stand in a /16 each, so that
 * limits per address group bind only where a test places hosts side by side; none share a /24.
 */
export function publicHost(index: number): string {
  const slash16 = index % SLASH16_COUNT;
  const third = Math.floor(index / SLASH16_COUNT);
  if (third > 255) throw new RangeError("no public address is left");
  return `${FIRST_OCTETS[slash16 >> 8]}.${slash16 & 255}.${third}.1`;
}

/** The same for IPv6: each in a /32 of its own. */
export function publicHost6(index: number): string {
  if (index > 0xffff) throw new RangeError("no public address is left");
  return `2a00:${index.toString(16)}::1`;
}

/** First address, prefix length: RFC 6890's table, with multicast and what is reserved above it. */
const SPECIAL_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;

const SPECIAL_RANGES = SPECIAL_IPV4.map(([first, bits]) => {
  const low = ipKey(Address.of(first, 1)!) as number;
  return { low, high: low + 2 ** (32 - bits) };
});

/**
 * Whether no public network routes the address: the simulation's own table, so that it can judge the
 * one under test. IPv6: whatever is outside 2000::/3 (RFC 4291).
 */
export function isSpecial(address: Address): boolean {
  if (address.family === 6) return address.bytes[0]! >> 5 !== 1;
  const ip = ipKey(address) as number;
  return SPECIAL_RANGES.some(({ low, high }) => ip >= low && ip < high);
}
