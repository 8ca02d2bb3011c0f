import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { formatIp, parseIp } from "../../wire/address.ts";
import type { Scope } from "../../wire/address-scope.ts";
import { addressGroup, scopeOf, specialRange, startsWith } from "../../wire/address-scope.ts";
import * as any from "./arbitraries.ts";

/** First and last address of every range, and the neighbours that are outside of it. */
const RANGES: [range: string, scope: Scope, inside: string[], outside: string[]][] = [
  ["0.0.0.0/8", "reserved", ["0.0.0.0", "0.255.255.255"], ["1.0.0.0"]],
  ["10.0.0.0/8", "private", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]],
  [
    "100.64.0.0/10",
    "carrier-grade",
    ["100.64.0.0", "100.127.255.255"],
    ["100.63.255.255", "100.128.0.0"],
  ],
  ["127.0.0.0/8", "loopback", ["127.0.0.1", "127.255.255.255"], ["126.255.255.255", "128.0.0.0"]],
  [
    "169.254.0.0/16",
    "link-local",
    ["169.254.0.0", "169.254.169.254"],
    ["169.253.255.255", "169.255.0.0"],
  ],
  ["172.16.0.0/12", "private", ["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]],
  ["192.0.0.0/24", "reserved", ["192.0.0.0", "192.0.0.255"], ["191.255.255.255", "192.0.1.0"]],
  ["192.0.2.0/24", "reserved", ["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0"]],
  ["192.88.99.0/24", "reserved", ["192.88.99.1"], ["192.88.98.255", "192.88.100.0"]],
  [
    "192.168.0.0/16",
    "private",
    ["192.168.0.0", "192.168.255.255"],
    ["192.167.255.255", "192.169.0.0"],
  ],
  ["198.18.0.0/15", "reserved", ["198.18.0.0", "198.19.255.255"], ["198.17.255.255", "198.20.0.0"]],
  ["198.51.100.0/24", "reserved", ["198.51.100.7"], ["198.51.99.255", "198.51.101.0"]],
  ["203.0.113.0/24", "reserved", ["203.0.113.7"], ["203.0.112.255", "203.0.114.0"]],
  ["224.0.0.0/4", "multicast", ["224.0.0.0", "239.255.255.255"], ["223.255.255.255"]],
  ["240.0.0.0/4", "reserved", ["240.0.0.0", "255.255.255.254"], []],
  ["255.255.255.255/32", "reserved", ["255.255.255.255"], []],
  ["::/128", "reserved", ["::"], []],
  ["::1/128", "loopback", ["::1"], []],
  ["64:ff9b::/96", "reserved", ["64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8"], []],
  ["64:ff9b:1::/48", "reserved", ["64:ff9b:1::", "64:ff9b:1:ffff::1"], []],
  ["100::/64", "link", ["100::", "100::ffff"], []],
  ["2001::/32", "reserved", ["2001::", "2001:0:ffff::1"], []],
  [
    "2001::/23",
    "reserved",
    ["2001:1::1", "2001:2::1", "2001:20::1", "2001:1ff:ffff::"],
    ["2001:200::"],
  ],
  [
    "2001:db8::/32",
    "reserved",
    ["2001:db8::1", "2001:db8:ffff::"],
    ["2001:db7:ffff::", "2001:db9::"],
  ],
  ["2002::/16", "reserved", ["2002::", "2002:c0a8:101::1"], ["2001:ffff::", "2003::"]],
  ["3fff::/20", "reserved", ["3fff::", "3fff:fff::1"], ["3ffe:ffff::", "3fff:1000::"]],
  ["fc00::/7", "private", ["fc00::", "fdff:ffff::1"], []],
  ["fe80::/10", "link-local", ["fe80::1", "febf:ffff::1"], []],
  ["fec0::/10", "reserved", ["fec0::1", "feff:ffff::1"], []],
  ["ff00::/8", "multicast", ["ff02::1", "ffff::1"], []],
  [
    "::/0",
    "reserved",
    ["::2", "::10.0.0.1", "200::1", "1fff::1", "4000::", "5f00::1", "fe00::1"],
    [],
  ],
];

const ip = (text: string) => parseIp(text)!;

describe("special ranges", () => {
  for (const [range, scope, inside, outside] of RANGES) {
    it(`knows ${range}`, () => {
      for (const text of inside) {
        assert.equal(scopeOf(ip(text)), scope, text);
        assert.equal(specialRange(ip(text)), range, text);
      }
      for (const text of outside) {
        assert.equal(scopeOf(ip(text)), "global", text);
        assert.equal(specialRange(ip(text)), undefined, text);
      }
    });
  }

  it("knows global addresses", () => {
    const texts = ["1.1.1.1", "8.8.8.8", "192.31.196.1", "2000::", "2606:4700::1111", "3ffe::1"];
    for (const text of texts) assert.equal(scopeOf(ip(text)), "global", text);
  });

  it("reserves what is no IP, and IPv4 in IPv6", () => {
    for (const length of [0, 3, 5, 15, 17]) {
      assert.equal(scopeOf(new Uint8Array(length)), "reserved");
      assert.equal(specialRange(new Uint8Array(length)), undefined);
    }
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 8, 8, 8, 8);
    assert.equal(scopeOf(mapped), "reserved");
  });

  it("agrees with node:net about every range", () => {
    const lists = RANGES.filter(([range]) => range !== "::/0").map(([range]) => {
      const [network = "", bits] = range.split("/");
      const list = new BlockList();
      list.addSubnet(network, Number(bits), network.includes(":") ? "ipv6" : "ipv4");
      return list;
    });
    // The first bytes from the ranges themselves, or random addresses would seldom meet one.
    const starts = RANGES.flatMap(([, , inside]) => inside.map(ip));
    const near = fc
      .tuple(fc.constantFrom(...starts), any.bytes(16), fc.integer({ min: 1, max: 15 }))
      .map(([start, rest, keep]) => start.map((b, i) => (i < keep ? b : rest[i]!)));
    fc.assert(
      fc.property(fc.oneof(near, any.bytes(4), any.bytes(16)), (bytes) => {
        const family = bytes.length === 4 ? "ipv4" : "ipv6";
        const listed = lists.some((list) => list.check(formatIp(bytes), family));
        const unassigned = bytes.length === 16 && bytes[0]! >> 5 !== 1;
        assert.equal(scopeOf(bytes) !== "global", listed || unassigned, formatIp(bytes));
      }),
      { seed: 4, numRuns: 5_000 },
    );
  });
});

describe("startsWith", () => {
  it("compares bits, also within a byte", () => {
    const a = ip("10.1.255.0");
    const b = ip("10.1.254.0");
    for (let bits = 0; bits <= 32; bits++)
      assert.equal(startsWith(a, b, bits), bits < 24, `${bits}`);
  });
});

describe("addressGroup", () => {
  it("is a /24 and a /16 of IPv4, a /48 and a /32 of IPv6", () => {
    assert.equal(addressGroup(ip("192.0.2.1")), "c00002");
    assert.equal(addressGroup(ip("192.0.2.1"), "wide"), "c000");
    assert.equal(addressGroup(ip("2001:db8:1:2::3")), "20010db80001");
    assert.equal(addressGroup(ip("2001:db8:1:2::3"), "wide"), "20010db8");
  });

  it("is the same exactly when those bits are", () => {
    fc.assert(
      fc.property(any.address, any.address, fc.nat(143), (a, other, flip) => {
        const bytes = a.ip.slice();
        const bit = flip % (bytes.length * 8);
        bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
        const [narrow, wide] = bytes.length === 4 ? [24, 16] : [48, 32];
        assert.equal(addressGroup(a.ip) === addressGroup(bytes), bit >= narrow);
        assert.equal(addressGroup(a.ip, "wide") === addressGroup(bytes, "wide"), bit >= wide);
        if (a.family !== other.family) assert.notEqual(addressGroup(a.ip), addressGroup(other.ip));
      }),
      { seed: 5, numRuns: 1_000 },
    );
  });
});
