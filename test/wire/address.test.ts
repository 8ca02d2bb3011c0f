import assert from "node:assert/strict";
import { SocketAddress, isIPv4, isIPv6 } from "node:net";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Address, formatIp, parseIp } from "../../wire/address.ts";
import * as any from "./arbitraries.ts";

const RUNS = { seed: 6, numRuns: 2_000 };

/** IPv6 addresses with runs of zeroes, where canonical text is hard. */
const sparseIpv6 = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0xff, 0xffff, 0x100), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((g) => [g >> 8, g & 255])));

function isMapped(ip: Uint8Array): boolean {
  return ip.length === 16 && Buffer.from(ip).toString("hex").startsWith("00000000000000000000ffff");
}

const ipv6 = fc.oneof(any.bytes(16), sparseIpv6).filter((ip) => !isMapped(ip));
const ip = fc.oneof(any.bytes(4), ipv6);

describe("Address", () => {
  it("is the same from bytes, from text and from host and port", () => {
    fc.assert(
      fc.property(any.address, (address) => {
        for (const same of [
          Address.ofBytes(address.bytes),
          Address.parse(address.key),
          Address.of(address.host, address.port),
        ]) {
          assert.deepEqual(same, address);
        }
        assert.equal(`${address}`, address.key);
        assert.equal(address.family, address.bytes.length === 6 ? 4 : 6);
        assert.deepEqual(address.ip, address.bytes.slice(0, -2));
      }),
      RUNS,
    );
  });

  it("has one key per address and one address per key", () => {
    fc.assert(
      fc.property(any.address, any.address, (a, b) => {
        assert.equal(a.key === b.key, Buffer.compare(a.bytes, b.bytes) === 0);
      }),
      RUNS,
    );
  });

  it("is at the same IP as another one, or not", () => {
    fc.assert(
      fc.property(any.address, any.address, fc.nat(65_534), (a, b, port) => {
        assert.equal(a.isAtSameIp(b), Buffer.compare(a.ip, b.ip) === 0);
        assert.ok(a.isAtSameIp(a.withPort(port + 1)));
      }),
      RUNS,
    );
    const at = (host: string): Address => Address.of(host, 1)!;
    assert.ok(!at("192.0.2.1").isAtSameIp(at("192.0.2.2")));
    assert.ok(!at("192.0.2.1").isAtSameIp(at("c000:201::1")));
  });

  it("is refused unless it has 6 or 18 bytes, a port, and is no IPv4 in IPv6", () => {
    for (const length of [0, 1, 4, 5, 7, 16, 17, 19, 20]) {
      assert.equal(Address.ofBytes(new Uint8Array(length).fill(1)), undefined);
    }
    assert.equal(Address.ofBytes(Uint8Array.of(1, 2, 3, 4, 0, 0)), undefined);
    assert.equal(Address.ofBytes(Uint8Array.of(1, 2, 3, 4, 0, 1))?.key, "1.2.3.4:1");
    assert.equal(Address.ofBytes(Uint8Array.of(1, 2, 3, 4, 255, 255))?.key, "1.2.3.4:65535");
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1, 0, 80);
    assert.equal(Address.ofBytes(mapped), undefined);
  });

  it("does not change with the bytes that it was made of", () => {
    for (const make of [(n: number[]) => Buffer.from(n), (n: number[]) => Uint8Array.from(n)]) {
      const bytes = make([1, 2, 3, 4, 0, 80]);
      const address = Address.ofBytes(bytes)!;
      bytes.fill(9);
      assert.equal(address.host, "1.2.3.4");
      assert.equal(address.withPort(81).key, "1.2.3.4:81");
      assert.equal(address.key, "1.2.3.4:80");
    }
  });

  it("takes another port, if it is one", () => {
    fc.assert(
      fc.property(any.address, any.port, (address, port) => {
        assert.deepEqual(address.withPort(port), Address.of(address.host, port));
      }),
      RUNS,
    );
    const address = Address.of("::1", 80)!;
    for (const port of [0, -1, 65_536, 1.5, NaN, Infinity]) {
      assert.throws(() => address.withPort(port), RangeError);
      assert.equal(Address.of("::1", port), undefined);
    }
  });
});

describe("text of an address", () => {
  it("is what URL makes of an IPv6 host (RFC 5952)", () => {
    fc.assert(
      fc.property(ipv6, (bytes) => {
        const groups = Array.from({ length: 8 }, (_, i) =>
          ((bytes[i * 2]! << 8) | bytes[i * 2 + 1]!).toString(16),
        );
        assert.equal(`[${formatIp(bytes)}]`, new URL(`http://[${groups.join(":")}]`).hostname);
      }),
      RUNS,
    );
  });

  it("is what node:net makes of the IP", () => {
    fc.assert(
      fc.property(ip, (bytes) => {
        const text = formatIp(bytes);
        const family = bytes.length === 4 ? "ipv4" : "ipv6";
        assert.ok(bytes.length === 4 ? isIPv4(text) : isIPv6(text));
        assert.deepEqual(parseIp(text), bytes);
        // node:net writes the last 32 bits of some addresses dotted, so compare what it means.
        assert.deepEqual(parseIp(new SocketAddress({ address: text, family }).address), bytes);
      }),
      RUNS,
    );
  });

  it("is read in every spelling that node:net takes, and to the same value as URL", () => {
    const spelling = fc.oneof(
      ipv6.map((b) => formatIp(b).toUpperCase()),
      ipv6.map((b) => Buffer.from(b).toString("hex").match(/..../g)!.join(":")),
      ipv6.map((b) => `${formatIp(b.slice().fill(0, 12))}${formatIp(b.slice(12))}`),
      fc.stringMatching(/^[0-9a-f:.]{2,20}$/),
      fc
        .array(fc.constantFrom("::", ":", "1", "0", "ffff", "1.2.3.4", "00ab", "12345"), {
          maxLength: 12,
        })
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(spelling, (text) => {
        const bytes = parseIp(text);
        assert.equal(bytes !== undefined, isIPv4(text) || isIPv6(text), text);
        if (bytes === undefined || !isIPv6(text)) return;
        const host = new URL(`http://[${text}]`).hostname;
        const expected = bytes.length === 4 ? parseIp(host.slice(1, -1)) : bytes;
        assert.deepEqual(bytes, expected);
        if (bytes.length === 16) assert.equal(`[${formatIp(bytes)}]`, host);
      }),
      { seed: 7, numRuns: 5_000 },
    );
  });

  it("shortens the first of the longest runs of zeroes, and no single one", () => {
    const canonical: Record<string, string> = {
      "0:0:0:0:0:0:0:0": "::",
      "0:0:0:0:0:0:0:1": "::1",
      "1:0:0:0:0:0:0:0": "1::",
      "1:0:0:2:0:0:0:3": "1:0:0:2::3",
      "1:0:0:2:3:0:0:4": "1::2:3:0:0:4",
      "1:0:2:3:4:5:6:7": "1:0:2:3:4:5:6:7",
      "0:1:2:3:4:5:6:0": "0:1:2:3:4:5:6:0",
      "2001:0DB8::00:1": "2001:db8::1",
      "64:ff9b::10.0.0.1": "64:ff9b::a00:1",
      "::1.2.3.4": "::102:304",
    };
    for (const [text, expected] of Object.entries(canonical)) {
      assert.equal(formatIp(parseIp(text)!), expected);
    }
  });
});

describe("spellings that name another host elsewhere", () => {
  it("refuses what inet_aton would guess at, names, zones and white space", () => {
    const traps = [
      "0177.0.0.1",
      "010.0.0.1",
      "127.1",
      "2130706433",
      "0x7f.0.0.1",
      "0x7f000001",
      "1.2.3",
      "1.2.3.4.5",
      "256.0.0.1",
      "1.2.3.-4",
      "1.2.3.4 ",
      " 1.2.3.4",
      "1.2.3.4\n",
      "1.2.3.4\0",
      "localhost",
      "",
      "::1%lo",
      "fe80::1%eth0",
      "fe80::1%1",
      "1::2::3",
      ":::",
      "12345::",
      "::ffff:010.0.0.1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
    ];
    for (const text of traps) {
      assert.equal(parseIp(text), undefined, JSON.stringify(text));
      assert.equal(Address.of(text, 80), undefined, JSON.stringify(text));
      assert.equal(Address.parse(`${text}:80`), undefined, JSON.stringify(text));
      assert.equal(Address.parse(`[${text}]:80`), undefined, JSON.stringify(text));
    }
  });

  it("takes IPv4 written as IPv6 for IPv4", () => {
    const spellings = ["::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:10.0.0.1"];
    for (const text of spellings) {
      assert.equal(Address.of(text, 80)?.key, "10.0.0.1:80");
      assert.equal(Address.parse(`[${text}]:80`)?.key, "10.0.0.1:80");
    }
  });

  it("reads brackets around IPv6 only, and ports from 1 to 65535", () => {
    assert.equal(Address.of("[::1]", 80), undefined);
    assert.equal(Address.parse("[::1]:80")?.key, "[::1]:80");
    assert.equal(Address.parse("1.2.3.4:80")?.key, "1.2.3.4:80");
    const refused = ["[1.2.3.4]:80", "::1:80", "1.2.3.4", "[::1]", "1.2.3.4:", "1.2.3.4:0"];
    refused.push("1.2.3.4:65536", "1.2.3.4:+80", "1.2.3.4:8e1", "1.2.3.4:0x50", "1.2.3.4:80 ");
    for (const text of refused) assert.equal(Address.parse(text), undefined, text);
  });
});
