import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeNetworks,
  fingerprint,
  parseIpv4Routes,
  parseIpv6Routes,
} from "../../node/host/network.ts";
import { formatIp } from "../../wire/address.ts";

const lo = { netmask: "", mac: "", internal: true, family: "IPv4", address: "127.0.0.1" } as const;
const interfaces = {
  lo: [{ ...lo, cidr: "127.0.0.1/8" }],
  eth0: [
    { ...lo, internal: false, address: "192.168.1.5", cidr: "192.168.1.5/24" },
    { ...lo, internal: false, family: "IPv6", address: "fd00::5", cidr: "fd00::5/64", scopeid: 0 },
    { ...lo, internal: false, family: "IPv6", address: "fe80::5", cidr: "fe80::5/64", scopeid: 2 },
  ],
} as Parameters<typeof describeNetworks>[0];

const IPV4_ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask
eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000
eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000
`;
const IPV6_ROUTES = `fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;

test("default gateways are read from the kernel's tables", () => {
  const v4 = parseIpv4Routes(IPV4_ROUTES);
  assert.deepEqual([...v4.keys()], ["eth0 IPv4"]);
  // The table has words in the machine's order; this one is of a little-endian machine.
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) {
    assert.equal(formatIp(v4.get("eth0 IPv4")!), "192.168.1.1");
  }
  const v6 = parseIpv6Routes(IPV6_ROUTES);
  assert.deepEqual([...v6.keys()], ["eth0 IPv6"]);
  assert.equal(formatIp(v6.get("eth0 IPv6")!), "fd00::1");
});

test("nonsense in those tables is no gateway", () => {
  for (const text of ["", "\n\n", "a\tb\tc", "x\n0\t00000000\tZZZZZZZZ", "\0".repeat(100)]) {
    assert.equal(parseIpv4Routes(text).size, 0);
    assert.equal(parseIpv6Routes(text).size, 0);
  }
});

test("our networks are without loopback and link-local, with their gateways", () => {
  const gateway = Uint8Array.of(192, 168, 1, 1);
  const networks = describeNetworks(interfaces, new Map([["eth0 IPv4", gateway]]));
  assert.deepEqual(
    networks.map(({ ip, prefixBits, gateway: via }) => [formatIp(ip), prefixBits, via]),
    [
      ["192.168.1.5", 24, gateway],
      ["fd00::5", 64, undefined],
    ],
  );
});

test("bound to one address, only its network is ours", () => {
  assert.equal(describeNetworks(interfaces, new Map(), "192.168.1.5").length, 1);
  const loopback = (boundTo: string) =>
    describeNetworks(interfaces, new Map(), boundTo).map(({ ip, prefixBits }) => [
      formatIp(ip),
      prefixBits,
    ]);
  assert.deepEqual(loopback("127.0.0.1"), [["127.0.0.1", 8]]);
  assert.deepEqual(loopback("127.0.0.9"), [["127.0.0.9", 8]]);
  assert.deepEqual(loopback("192.0.2.1"), []);
});

test("a fingerprint changes with address, prefix and gateway, not with the order", () => {
  const a = { ip: Uint8Array.of(10, 0, 0, 1), prefixBits: 8 };
  const b = { ip: Uint8Array.of(10, 0, 0, 2), prefixBits: 8 };
  assert.equal(fingerprint([a, b]), fingerprint([b, a]));
  const gateway = Uint8Array.of(10, 0, 0, 9);
  const all = [[], [a], [b], [{ ...a, prefixBits: 9 }], [{ ...a, gateway }], [a, b]];
  assert.equal(new Set(all.map(fingerprint)).size, all.length);
});
