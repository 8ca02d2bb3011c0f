import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { describe, test } from "node:test";
import {
  describeNetworks,
  fingerprint,
  parseIpv4Routes,
  parseIpv6Routes,
} from "../../../node/host/net/networks.ts";
import { broadcastOf } from "../../../node/host/net/lan-discovery.ts";
import type { Exits, Gateways } from "../../../node/host/net/network-order.ts";
import { sourceIp } from "../../../node/host/net/udp.ts";
import { formatIp, parseIp } from "../../../wire/address.ts";

const exits = (gateways: Gateways = new Map(), sources: Uint8Array[] = []): Exits => {
  return { gateways, sources };
};
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
  const networks = describeNetworks(interfaces, exits(new Map([["eth0 IPv4", gateway]])));
  assert.deepEqual(
    networks.map(({ ip, prefixBits, gateway: via }) => [formatIp(ip), prefixBits, via]),
    [
      ["192.168.1.5", 24, gateway],
      ["fd00::5", 64, undefined],
    ],
  );
});

const named = (...rows: [name: string, address: string, prefixBits: number][]) => {
  const entries = rows.map(([name, address, prefixBits]) => {
    const family = address.includes(":") ? ("IPv6" as const) : ("IPv4" as const);
    const info = { ...lo, internal: false, address, cidr: `${address}/${prefixBits}`, family };
    return [name, [family === "IPv6" ? { ...info, scopeid: 0 } : info]];
  });
  return Object.fromEntries(entries) as Parameters<typeof describeNetworks>[0];
};
const order = (...parts: Parameters<typeof describeNetworks>): string[] =>
  describeNetworks(...parts).map(({ ip }) => formatIp(ip));

test("where the system goes out comes first, by the lowest metric, whatever the name", () => {
  const routes = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask
wlan0\t00000000\t0100000A\t0003\t0\t0\t600\t00000000
br-lan\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000
br-lan\t00000000\t0201A8C0\t0003\t0\t0\t700\t00000000
`;
  const interfaces = named(
    ["docker0", "172.17.0.1", 16],
    ["eth1", "192.168.7.5", 24],
    ["wlan0", "10.0.0.5", 24],
    ["br-lan", "192.168.1.5", 24],
  );
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) return;
  assert.deepEqual(order(interfaces, exits(parseIpv4Routes(routes))), [
    "192.168.1.5",
    "10.0.0.5",
    "192.168.7.5",
    "172.17.0.1",
  ]);
});

test("an address outside the gateway's subnet is not where the system goes out", () => {
  const gateways = new Map([["eth0 IPv4", Uint8Array.of(192, 168, 1, 1)]]);
  const [eth0] = Object.values(named(["eth0", "10.9.9.9", 24]));
  const [other] = Object.values(named(["eth0", "192.168.1.5", 24]));
  assert.deepEqual(order({ eth0: [...eth0!, ...other!] }, exits(gateways)), [
    "192.168.1.5",
    "10.9.9.9",
  ]);
});

test("an IPv6 router is named by an address outside all subnets", () => {
  const gateways = new Map([["eth0 IPv6", Uint8Array.of(0xfe, 0x80, ...Array(13).fill(0), 1)]]);
  const interfaces = named(["docker0", "fd00:17::1", 64], ["eth0", "fd12::5", 64]);
  assert.deepEqual(order(interfaces, exits(gateways)), ["fd12::5", "fd00:17::1"]);
});

test("half of all addresses by a VPN is no default route, and its tunnel comes last even with one", () => {
  const header = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n";
  const half = `${header}tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\n`;
  assert.equal(parseIpv4Routes(half).size, 0);
  const whole = new Map([["tun0 IPv4", Uint8Array.of(10, 8, 0, 1)]]);
  const interfaces = named(["tun0", "10.8.0.6", 24], ["docker0", "172.17.0.1", 16]);
  assert.deepEqual(order(interfaces, exits(whole)), ["172.17.0.1", "10.8.0.6"]);
});

for (const bridge of ["docker0", "br-1a2b3c", "virbr0", "veth12ab", "vmnet8", "lxcbr0", "cni0"]) {
  test(`without a known gateway, ${bridge} comes after the LAN`, () => {
    const interfaces = named([bridge, "172.18.0.1", 16], ["enp3s0", "192.168.1.5", 24]);
    assert.deepEqual(order(interfaces, exits()), ["192.168.1.5", "172.18.0.1"]);
  });
}

test("without a known gateway, the address that the system sends from comes first, a tunnel's not", () => {
  const interfaces = named(
    ["Ethernet 2", "192.168.56.1", 24],
    ["vEthernet (External)", "192.168.1.5", 24],
    ["utun3", "10.8.0.6", 24],
  );
  const sends = (ip: string): string[] => order(interfaces, exits(new Map(), [parseIp(ip)!]));
  assert.equal(sends("192.168.1.5")[0], "192.168.1.5");
  assert.equal(sends("10.8.0.6").at(-1), "10.8.0.6");
});

describe("LANs are", () => {
  const lans = (...parts: Parameters<typeof describeNetworks>): string[] =>
    describeNetworks(...parts).flatMap(({ isLan, zone }) => (isLan === true ? (zone ?? "") : []));

  test("real networks, of whatever family, and not those of containers, VPNs and mobile networks", () => {
    const interfaces = named(
      ["eth0", "192.168.1.5", 24],
      ["wlan0", "fd00::5", 64],
      ["Wi-Fi", "169.254.7.7", 16],
      ...["docker0", "br-1a2b3c", "veth12ab", "virbr0", "cni0", "vEthernet (WSL)"].map(
        (name, nth): [string, string, number] => [name, `172.${17 + nth}.0.1`, 16],
      ),
      ...["tun0", "tap0", "utun3", "wg0", "tailscale0", "zt5u4y6ejv", "ppp0"].map(
        (name, nth): [string, string, number] => [name, `10.${nth}.0.6`, 24],
      ),
      ["wwan0", "10.77.0.6", 24],
      ["rmnet_data0", "fd77::5", 64],
    );
    assert.deepEqual(lans(interfaces, exits()).sort(), ["Wi-Fi", "eth0", "wlan0"]);
  });

  test("a bridge by which the machine itself is connected, and no tunnel though all goes out by it", () => {
    const gateways = new Map([
      ["vmbr0 IPv4", Uint8Array.of(192, 168, 1, 1)],
      ["tun0 IPv4", Uint8Array.of(10, 8, 0, 1)],
    ]);
    const interfaces = named(["vmbr0", "192.168.1.5", 24], ["tun0", "10.8.0.6", 24]);
    assert.deepEqual(lans(interfaces, exits(gateways)), ["vmbr0"]);
  });

  test("not links of two, nor loopback, though we are bound to it", () => {
    const links = named(["eth0", "192.168.1.5", 31], ["eth1", "10.0.0.1", 32]);
    assert.deepEqual(lans(links, exits()), []);
    assert.deepEqual(lans(interfaces, exits(), "127.0.0.1"), []);
  });
});

test("what is sent to all in a subnet goes to its last address", () => {
  const cases = [
    ["192.168.1.5", 24, "192.168.1.255"],
    ["10.9.8.7", 8, "10.255.255.255"],
    ["172.16.5.4", 22, "172.16.7.255"],
    ["169.254.1.2", 16, "169.254.255.255"],
  ] as const;
  for (const [ip, prefixBits, expected] of cases) {
    assert.equal(broadcastOf({ ip: parseIp(ip)!, prefixBits }), expected);
  }
});

test("what the system sends from is an address of ours, or it knows no way out", async () => {
  const ours = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  for (const family of [4, 6] as const) {
    const ip = await sourceIp(family);
    if (ip === undefined) continue;
    assert.ok(
      ours.some(({ address }) => address === formatIp(ip)),
      formatIp(ip),
    );
  }
});

test("bound to one address, only its network is ours", () => {
  assert.equal(describeNetworks(interfaces, exits(), "192.168.1.5").length, 1);
  const loopback = (boundTo: string) =>
    describeNetworks(interfaces, exits(), boundTo).map(({ ip, prefixBits }) => [
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
