import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LocalNetwork } from "../../nat/network.ts";
import { acceptsLan, mayContact, reachedAt } from "../../nat/reach.ts";
import { parseIp } from "../../wire/address.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { at } from "../candidates/support.ts";

const LOCAL = [
  ["10.1.2.3:1", "10.200.0.1:1"],
  ["172.16.0.1:1", "172.31.0.1:1"],
  ["192.168.1.1:53", "192.168.200.1:1"],
  ["127.0.0.1:1", "127.9.9.9:1"],
  ["100.64.0.1:1", "100.127.0.1:1"],
  ["169.254.169.254:80", "169.254.1.1:1"],
  ["[::1]:1", "[::1]:2"],
  ["[fd00::1]:1", "[fc00::1]:1"],
  ["[fe80::1]:1", "[fe80::2]:1"],
] as const;

const NEVER = [
  "224.0.0.1:1",
  "239.255.255.250:1900",
  "255.255.255.255:1",
  "240.0.0.1:1",
  "0.0.0.1:1",
  "192.0.2.1:1",
  "198.18.0.1:1",
  "[::]:1",
  "[ff02::1]:1",
  "[64:ff9b::a00:1]:1",
  "[2002:a00:1::1]:1",
  "[2001:db8::1]:1",
];

test("whoever has a mapped port is reached there, on the IP that was observed", () => {
  const named = at("20.1.1.1:5");
  assert.equal(reachedAt(named, UNKNOWN_NAT), named);
  assert.equal(reachedAt(named, { ...UNKNOWN_NAT, mappedPort: 7_000 }).key, "20.1.1.1:7000");
});

describe("mayContact", () => {
  test("addresses on the Internet: whoever names them", () => {
    for (const namer of ["30.1.1.1:1", "192.168.1.1:1", "127.0.0.1:1"]) {
      assert.equal(mayContact(at("20.1.1.1:1"), at(namer)), true);
    }
    assert.equal(mayContact(at("[2a00::1]:1"), at("[2a01::1]:1")), true);
  });

  test("local ones: only who was observed in the same range", () => {
    for (const [target, neighbour] of LOCAL) {
      assert.equal(mayContact(at(target), at(neighbour)), true, target);
      for (const [other] of LOCAL) {
        if (other !== target) assert.equal(mayContact(at(target), at(other)), false, target);
      }
      for (const namer of ["20.1.1.1:1", "[2a00::1]:1"]) {
        assert.equal(mayContact(at(target), at(namer)), false, `${target} by ${namer}`);
      }
    }
  });

  test("multicast, reserved and embedded ones: never, not even by one of their own", () => {
    for (const target of NEVER) {
      for (const namer of [target, "20.1.1.1:1", "192.168.1.1:1", "[2a00::1]:1"]) {
        assert.equal(mayContact(at(target), at(namer)), false, target);
      }
    }
  });

  test("nothing of the other family", () => {
    assert.equal(mayContact(at("20.1.1.1:1"), at("[2a00::1]:1")), false);
    assert.equal(mayContact(at("[2a00::1]:1"), at("20.1.1.1:1")), false);
  });
});

function network(ip: string, prefixBits: number, gateway?: string): LocalNetwork {
  return {
    ip: parseIp(ip)!,
    prefixBits,
    ...(gateway !== undefined && { gateway: parseIp(gateway)! }),
  };
}

describe("acceptsLan", () => {
  const networks = [network("192.168.1.20", 24, "192.168.1.1"), network("fd00:1::20", 64)];
  const named = at("20.1.1.1:4000");
  const ownPublic = at("20.1.1.1:5000");
  const accepts = (lan: string, claim = {}): boolean => {
    return acceptsLan({ lan: at(lan), named, ownPublic, networks, ...claim });
  };

  test("a neighbour behind our own public IP", () => {
    assert.equal(accepts("192.168.1.30:4000"), true);
    assert.equal(accepts("192.168.1.2:1"), true);
    assert.equal(accepts("192.168.1.254:1"), true);
  });

  test("not with another public IP, nor while we do not know ours", () => {
    assert.equal(accepts("192.168.1.30:1", { named: at("20.1.1.2:4000") }), false);
    assert.equal(accepts("192.168.1.30:1", { ownPublic: undefined }), false);
    assert.equal(accepts("192.168.1.30:1", { ownPublic: at("[2a00::1]:1") }), false);
  });

  test("not outside our subnets", () => {
    for (const lan of ["192.168.2.30:1", "10.0.0.1:1", "127.0.0.1:1", "169.254.169.254:1"]) {
      assert.equal(accepts(lan), false, lan);
    }
    assert.equal(accepts("192.168.1.30:1", { networks: [] }), false);
  });

  test("not the gateway, ourselves, the subnet or its broadcast address", () => {
    for (const host of [1, 20, 0, 255]) assert.equal(accepts(`192.168.1.${host}:1`), false);
    const odd = [network("10.0.0.70", 27)];
    for (const [host, expected] of [
      [64, false],
      [65, true],
      [94, true],
      [95, false],
      [96, false],
    ]) {
      assert.equal(accepts(`10.0.0.${Number(host)}:1`, { networks: odd }), expected);
    }
  });

  test("not what another subnet of ours forbids", () => {
    const overlapping = [...networks, network("192.168.1.40", 28, "192.168.1.33")];
    for (const host of [1, 20, 32, 33, 40, 47]) {
      assert.equal(accepts(`192.168.1.${host}:1`, { networks: overlapping }), false);
    }
    assert.equal(accepts("192.168.1.34:1", { networks: overlapping }), true);
  });

  test("links of two addresses have a neighbour, links of one do not", () => {
    const link = [network("10.0.0.4", 31)];
    assert.equal(accepts("10.0.0.5:1", { networks: link }), true);
    assert.equal(accepts("10.0.0.4:1", { networks: link }), false);
    assert.equal(accepts("10.0.0.5:1", { networks: [network("10.0.0.5", 32)] }), false);
  });

  test("never global, multicast or reserved, whatever our subnets", () => {
    const everything = [network("192.168.1.20", 0), network("fd00:1::20", 0)];
    for (const lan of ["20.9.9.9:1", ...NEVER.filter((text) => !text.startsWith("["))]) {
      assert.equal(accepts(lan, { networks: everything }), false, lan);
    }
  });

  test("one family; IPv6 has no broadcast, but an address of all routers", () => {
    assert.equal(accepts("[fd00:1::30]:1"), false);
    const ours = { named: at("[2a00::1]:1"), ownPublic: at("[2a00::1]:2") };
    assert.equal(accepts("[fd00:1::30]:1", ours), true);
    assert.equal(accepts("[fd00:1::ffff:ffff:ffff:ffff]:1", ours), true);
    assert.equal(accepts("[fd00:1::]:1", ours), false);
    assert.equal(accepts("[fd00:1::20]:1", ours), false);
    assert.equal(accepts("192.168.1.30:1", ours), false);
  });
});
