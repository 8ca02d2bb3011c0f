import { Address } from "../../wire/address.ts";
import { at } from "./rig.ts";

/** Addresses that nobody on the Internet may aim us at: every special range, and every way to write one in IPv6. */
export const SPECIAL: readonly Address[] = [
  "0.0.0.1:1",
  "10.0.0.1:80",
  "10.255.255.255:1",
  "100.64.0.1:1",
  "100.127.255.254:1",
  "127.0.0.1:6421",
  "127.255.255.254:53",
  "169.254.169.254:80",
  "172.16.0.1:1",
  "172.31.255.254:1",
  "192.0.0.8:1",
  "192.0.2.1:1",
  "192.88.99.1:1",
  "192.168.0.1:1",
  "192.168.1.1:53",
  "192.168.1.77:445",
  "192.168.1.255:9",
  "192.168.255.254:1",
  "198.18.0.1:1",
  "198.19.255.254:1",
  "198.51.100.1:1",
  "203.0.113.1:1",
  "224.0.0.1:1",
  "239.255.255.250:1900",
  "240.0.0.1:1",
  "255.255.255.255:9",
  "[::]:1",
  "[::1]:6421",
  "[::7f00:1]:1",
  "[::c0a8:101]:53",
  "[64:ff9b::a00:1]:1",
  "[64:ff9b::c0a8:101]:53",
  "[64:ff9b:1::c0a8:101]:53",
  "[100::1]:1",
  "[2001::1]:1",
  "[2001:0:7f00:1::1]:1",
  "[2001:2::1]:1",
  "[2001:20::1]:1",
  "[2001:db8::1]:1",
  "[2002:c0a8:101::1]:53",
  "[2002:7f00:1::1]:1",
  "[3fff::1]:1",
  "[4000::1]:1",
  "[fc00::1]:1",
  "[fd12:3456::1]:1",
  "[fe80::1]:1",
  "[fec0::1]:1",
  "[ff02::1]:1",
  "[ff0e::1]:1",
].map(at);

/** Bytes on the wire that are no address: IPv4 inside IPv6, port 0, wrong widths. */
export const NO_ADDRESSES: readonly Uint8Array[] = [
  mapped([127, 0, 0, 1], 6_421),
  mapped([192, 168, 1, 1], 53),
  mapped([20, 1, 1, 1], 6_421),
  Uint8Array.of(20, 1, 1, 1, 0, 0),
  new Uint8Array(5),
  new Uint8Array(7),
  new Uint8Array(17),
  new Uint8Array(19),
];

function mapped(ip: readonly number[], port: number): Uint8Array {
  return Uint8Array.of(...new Uint8Array(10), 255, 255, ...ip, port >> 8, port & 255);
}
