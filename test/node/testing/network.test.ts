import assert from "node:assert/strict";
import { test } from "node:test";
import { Address } from "../../../wire/address.ts";
import { utf8 } from "../../../wire/bytes.ts";
import { isSpecial, publicHost } from "../../../node/testing/addresses.ts";
import type { Lan } from "../../../node/testing/endpoint.ts";
import { DEFAULT_LINK, type Link } from "../../../node/testing/link.ts";
import { NAT_KINDS } from "../../../node/testing/nat-kinds.ts";
import { type Arrived, Fixture } from "./fixture.ts";

const DATAGRAMS = 10_000;

test("a datagram arrives after the latency, with its source", () => {
  const net = new Fixture({ latencyMs: 40 });
  const a = net.host("5.0.0.1:1");
  const b = net.host("[2a00::2]:2");
  const c = net.host("5.0.0.3:3");
  net.send(a, "5.0.0.3:3");
  assert.deepEqual(net.settle(), [{ at: c, from: "5.0.0.1:1", bytes: utf8("hello"), now: 40 }]);
  net.send(b, "5.0.0.3:3");
  assert.deepEqual(net.settle(), [], "the families do not mix");
  assert.deepEqual(net.fates, ["delivered", "unknown"]);
  assert.deepEqual(a.sent, { datagrams: 1, bytes: 5 });
  assert.deepEqual(c.received, { datagrams: 1, bytes: 5 });
  assert.throws(() => net.host("5.0.0.1:1"), /in use/);
});

test("what is sent to nowhere vanishes and is counted", () => {
  const net = new Fixture();
  const a = net.host("5.0.0.1:1");
  const gone = net.host("5.0.0.2:1");
  gone.receiver = undefined;
  for (const to of ["9.9.9.9:9", "5.0.0.1:2", "5.0.0.2:1"]) net.send(a, to);
  for (const to of ["127.0.0.1:9", "192.168.0.2:9", "[fe80::1]:9", "224.0.0.1:9"]) net.send(a, to);
  assert.deepEqual(net.settle(), []);
  assert.equal(net.network.traffic.fates.unknown, 3);
  assert.equal(net.network.traffic.fates.special, 4);
  assert.deepEqual(net.network.traffic.sent, { datagrams: 7, bytes: 35 });
  assert.deepEqual(net.network.traffic.to(gone.address), { datagrams: 1, bytes: 5 });
  assert.equal([...net.network.traffic.destinations()].length, 7);
});

test("special addresses", () => {
  const special =
    "0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 169.254.1.1 172.16.0.1 172.31.255.255";
  const more =
    "192.0.0.1 192.0.2.1 192.168.255.255 198.18.0.1 198.19.0.1 198.51.100.1 203.0.113.1 224.0.0.1";
  const rest = "255.255.255.255 ::1 fe80::1 fc00::1 ff02::1";
  const ordinary =
    "1.1.1.1 9.255.255.255 11.0.0.1 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1";
  for (const host of `${special} ${more} ${rest}`.split(" ")) {
    assert.equal(isSpecial(Address.of(host, 1)!), true, host);
  }
  for (const host of `${ordinary} 223.255.255.255 2001:4860::1 2a00::1`.split(" ")) {
    assert.equal(isSpecial(Address.of(host, 1)!), false, host);
  }
});

test("public hosts are ordinary addresses, far apart", () => {
  const hosts = Array.from({ length: 30_000 }, (_, i) => publicHost(i));
  const prefixes = (parts: number, count: number) =>
    new Set(hosts.slice(0, count).map((host) => host.split(".").slice(0, parts).join("."))).size;
  assert.equal(prefixes(2, 24_064), 24_064);
  assert.equal(prefixes(3, 30_000), 30_000);
  for (const host of hosts) assert.equal(isSpecial(Address.of(host, 1)!), false, host);
});

test("behind a NAT: out by a mapping, in by the same, otherwise not", () => {
  const net = new Fixture();
  const lan = net.lan(NAT_KINDS.apdf, "5.1.0.1");
  const a = net.host(`${lan.nextHost()}:6421`, lan);
  const b = net.host("5.0.0.2:1");
  net.send(b, "5.1.0.1:6421");
  assert.deepEqual(net.settle(), []);
  net.send(a, "5.0.0.2:1");
  assert.equal(net.settle()[0]!.from, "5.1.0.1:6421");
  net.send(b, "5.1.0.1:6421");
  assert.equal(net.settle()[0]!.at, a);
  assert.deepEqual(net.fates, ["filtered", "delivered", "delivered"]);
});

test("two NATs that filter by port: punctures that cross open the path", () => {
  const net = new Fixture({ latencyMs: 50 });
  const [lanA, lanB] = ["5.1.0.1", "5.2.0.1"].map((wan) => net.lan(NAT_KINDS.apdf, wan)) as [
    Lan,
    Lan,
  ];
  const a = net.host(`${lanA.nextHost()}:6421`, lanA);
  const b = net.host(`${lanB.nextHost()}:6421`, lanB);
  net.send(a, "5.2.0.1:6421");
  net.clock.advance(20);
  net.send(b, "5.1.0.1:6421");
  assert.deepEqual(
    net.settle().map(({ at }) => at),
    [b, a],
    "the filter is asked on arrival, so both pass",
  );
});

test("in a LAN by private address; by the outside address only with hairpinning", () => {
  for (const hairpin of [false, true]) {
    const net = new Fixture();
    const lan = net.lan({ ...NAT_KINDS.eif, hairpin }, "5.1.0.1");
    const a = net.host(`${lan.nextHost()}:6421`, lan);
    const b = net.host(`${lan.nextHost()}:6421`, lan);
    net.send(a, b.address.key);
    const [direct] = net.settle();
    assert.equal(direct!.from, a.address.key);
    assert.ok(direct!.now < 5);
    net.send(b, "5.9.9.9:1");
    net.send(a, "5.1.0.1:6421");
    const [hairpinned] = net.settle();
    assert.equal(hairpinned?.at, hairpin ? b : undefined);
    if (hairpin) assert.match(hairpinned!.from, /^5\.1\.0\.1:/, "from outside, as REQ-9 asks");
    assert.equal(net.fates.includes("no-hairpin"), !hairpin);
  }
});

test("a LAN's addresses are not those of another", () => {
  const net = new Fixture();
  const [lanA, lanB] = ["5.1.0.1", "5.2.0.1"].map((wan) => net.lan(NAT_KINDS.eif, wan)) as [
    Lan,
    Lan,
  ];
  const a = net.host(`${lanA.nextHost()}:6421`, lanA);
  const b = net.host(`${lanB.nextHost()}:6421`, lanB);
  assert.notEqual(a.address.key, b.address.key);
  net.send(a, b.address.key);
  assert.deepEqual(net.settle(), []);
  assert.deepEqual(net.fates, ["special"]);
});

/** What arrives of many datagrams that carry their number and two zeroes. */
function flood(link: Partial<Link>): Arrived[] {
  const net = new Fixture(link);
  const a = net.host("5.0.0.1:1");
  net.host("5.0.0.2:1");
  for (let i = 0; i < DATAGRAMS; i++) {
    net.send(a, "5.0.0.2:1", Uint8Array.of(i >> 8, i & 255, 0, 0));
    net.clock.advance(net.clock.now + 1);
  }
  net.clock.advance(net.clock.now + 10_000);
  return net.arrived;
}

function numbers(arrived: Arrived[]): number[] {
  return arrived.map(({ bytes }) => bytes[0]! * 256 + bytes[1]!);
}

function overtaken(arrived: Arrived[]): number {
  const order = numbers(arrived);
  return order.filter((number, i) => i > 0 && number < order[i - 1]!).length;
}

function about(count: number, rate: number): void {
  const tolerance = 4 * Math.sqrt(DATAGRAMS * rate * (1 - rate));
  assert.ok(
    Math.abs(count - DATAGRAMS * rate) < tolerance,
    `${count} of ${DATAGRAMS}, not ${rate}`,
  );
}

test("a clean link loses, repeats and reorders nothing", () => {
  assert.deepEqual(
    numbers(flood({})),
    Array.from({ length: DATAGRAMS }, (_, i) => i),
  );
});

test("loss and duplication happen as often as asked", () => {
  for (const rate of [0.01, 0.1, 0.5]) {
    about(flood({ loss: rate }).length, 1 - rate);
    about(flood({ duplication: rate }).length - DATAGRAMS, rate);
  }
  assert.equal(flood({ loss: 1 }).length, 0);
});

test("reordering and jitter let datagrams overtake each other, within bounds", () => {
  about(overtaken(flood({ reordering: 0.01, reorderingDelayMs: 200.5 })), 0.01);
  assert.equal(overtaken(flood({ jitterMs: 1 })), 0);
  const jittery = flood({ latencyMs: 10, jitterMs: 50 });
  assert.ok(overtaken(jittery) > DATAGRAMS / 4);
  const delays = jittery.map(({ now }, i) => now - numbers(jittery)[i]!);
  assert.ok(Math.min(...delays) >= 10 && Math.max(...delays) < 60);
});

test("corruption changes one byte of a copy", () => {
  const net = new Fixture({ corruption: 1 });
  const a = net.host("5.0.0.1:1");
  net.host("5.0.0.2:1");
  const bytes = new Uint8Array(100);
  net.send(a, "5.0.0.2:1", bytes);
  const [{ bytes: harmed } = assert.fail()] = net.settle();
  assert.equal(harmed.filter((byte) => byte !== 0).length, 1);
  assert.deepEqual(bytes, new Uint8Array(100));
  about(
    flood({ corruption: 0.2 }).filter(({ bytes: [, , c, d] }) => c !== 0 || d !== 0).length,
    0.1,
  );
});

test("links may differ by path and change with time", () => {
  const net = new Fixture();
  const a = net.host("5.0.0.1:1");
  net.host("5.0.0.2:1");
  net.host("5.0.0.3:1");
  net.network.linkRule = (_, to) => ({ ...DEFAULT_LINK, loss: to.host === "5.0.0.2" ? 1 : 0 });
  net.send(a, "5.0.0.2:1");
  net.send(a, "5.0.0.3:1");
  assert.equal(net.settle().length, 1);
  net.network.linkRule = () => DEFAULT_LINK;
  net.send(a, "5.0.0.2:1");
  assert.equal(net.settle().length, 1);
});

test("one sender's luck does not depend on the others", () => {
  const lossy = (bystander: boolean) => {
    const net = new Fixture({ loss: 0.5 });
    const a = net.host("5.0.0.1:1");
    const b = net.host("5.0.0.2:1");
    const c = net.host("5.0.0.3:1");
    for (let i = 0; i < 100; i++) {
      if (bystander) net.send(c, "5.0.0.2:1");
      net.send(a, "5.0.0.2:1", Uint8Array.of(i));
    }
    return net
      .settle()
      .filter(({ at, from }) => at === b && from === a.address.key)
      .map(({ bytes }) => bytes[0]);
  };
  assert.deepEqual(lossy(true), lossy(false));
});

test("the digest tells apart time, addresses and bytes, and nothing else", () => {
  const digestOf = (latencyMs: number, to: string, byte: number) => {
    const net = new Fixture({ latencyMs });
    const a = net.host("5.0.0.1:1");
    net.host("5.0.0.2:1");
    net.host("5.0.0.3:1");
    net.send(a, to, Uint8Array.of(byte));
    net.settle();
    return net.network.digest;
  };
  const digests = [
    digestOf(1, "5.0.0.2:1", 0),
    digestOf(1.5, "5.0.0.2:1", 0),
    digestOf(1, "5.0.0.3:1", 0),
    digestOf(1, "5.0.0.2:1", 1),
    digestOf(1, "5.0.0.4:1", 1),
  ];
  assert.equal(new Set(digests).size, 5);
  assert.equal(digestOf(1, "5.0.0.2:1", 0), digests[0]);
  assert.match(digests[0]!, /^[0-9a-f]{16}$/);
});
