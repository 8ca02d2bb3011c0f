import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../../../node/testing/endpoint.ts";
import { KINDS, NAT_KINDS, type NatBehaviour } from "../../../node/testing/nat-kinds.ts";
import { Fixture } from "./fixture.ts";

const [WAN_A, WAN_B] = ["5.1.0.1", "5.2.0.1"];
const SERVER = "20.0.0.1:1000";
/** Enough for the own device, too little for the other one, 8 hops away. */
const PRIMING_TTL = 4;
const TICK_MS = 10;

/** Two hosts, each behind a device of its own, and their addresses as a server sees them. */
function pair(a: NatBehaviour, b: NatBehaviour): { net: Fixture; hosts: Pair; outsides: string[] } {
  const net = new Fixture();
  net.host(SERVER);
  const lans = [net.lan(a, WAN_A!), net.lan(b, WAN_B!)];
  const hosts = lans.map((lan) => net.host(`${lan.nextHost()}:6421`, lan)) as Pair;
  const outsides = hosts.map((host) => {
    net.send(host, SERVER);
    return net.settle()[0]!.from;
  });
  return { net, hosts, outsides };
}
type Pair = [Endpoint, Endpoint];

test("a datagram arrives when its hop limit is the length of the path, every NAT being one more", () => {
  const net = new Fixture();
  const [a, b] = ["5.0.0.1:1", "5.0.0.2:1"].map((at) => net.host(at)) as Pair;
  net.send(a, b.address.key, undefined, 7);
  net.send(a, b.address.key, undefined, 8);
  assert.equal(net.settle().length, 1);
  net.network.hops = 2;
  net.send(a, b.address.key, undefined, 2);
  assert.equal(net.settle().length, 1);
  assert.deepEqual(net.fates, ["ttl-expired", "delivered", "delivered"]);

  const behind = pair(NAT_KINDS.eif, NAT_KINDS.eif);
  for (const ttl of [8, 9, 10, 64]) {
    behind.net.send(behind.hosts[0], behind.outsides[1]!, undefined, ttl);
    assert.equal(behind.net.settle().length, ttl >= 10 ? 1 : 0, `hop limit ${ttl}`);
  }
});

test("a datagram of few hops opens the own device, unless it ends there", () => {
  for (const [ttl, opened] of [
    [1, false],
    [2, true],
    [PRIMING_TTL, true],
  ] as const) {
    const { net, hosts, outsides } = pair(NAT_KINDS.apdf, NAT_KINDS.apdf);
    net.send(hosts[0], outsides[1]!, undefined, ttl);
    assert.deepEqual(net.settle(), []);
    net.send(hosts[1], outsides[0]!);
    assert.deepEqual(
      net.settle().map(({ at }) => at),
      opened ? [hosts[0]] : [],
    );
  }
});

test("one that ends at the other device's door poisons it; one that ends before does not", () => {
  for (const [ttl, poisons] of [
    [8, false],
    [9, true],
  ] as const) {
    const apdf = { ...NAT_KINDS.apdf, poisonable: true };
    const { net, hosts, outsides } = pair(apdf, apdf);
    net.send(hosts[0], outsides[1]!, undefined, ttl);
    net.settle();
    net.send(hosts[1], outsides[0]!);
    assert.equal(net.settle().length, poisons ? 0 : 1);
    assert.equal(net.fates.at(-1), poisons ? "filtered" : "delivered");
  }
});

/**
 * Whether both hear each other when one begins, the other follows 50 ms later, and both send twice more to whom they
 * heard or else the address they know.
 */
function puncture(a: NatBehaviour, b: NatBehaviour, primed: boolean): boolean {
  const { net, hosts, outsides } = pair(a, b);
  const targets = [outsides[1]!, outsides[0]!];
  const heard = [false, false];
  const look = (untilMs: number): void => {
    while (net.clock.now < untilMs) {
      net.clock.advance(net.clock.now + TICK_MS);
      for (const { at, from } of net.arrived.splice(0)) {
        const i = hosts.indexOf(at);
        heard[i] = true;
        targets[i] = from;
      }
    }
  };
  if (primed) hosts.forEach((host, i) => net.send(host, targets[i]!, undefined, PRIMING_TTL));
  look(net.clock.now + 200);
  for (let round = 0; round < 3; round++) {
    hosts.forEach((host, i) => {
      net.send(host, targets[i]!);
      look(net.clock.now + 50);
    });
    look(net.clock.now + 400);
  }
  return heard[0]! && heard[1]!;
}

/**
 * Measured on kernels' NATs, 50 ms apart (7 kinds, 49 ordered pairs): 28 open; 19 when devices can be poisoned; 28
 * again when both prime.
 */
test("plain punctures open as many pairs as on kernels' NATs: clean, poisonable, primed", () => {
  const kinds = KINDS.filter((kind) => !["open", "blk", "blocked"].includes(kind));
  const opened = (poisonable: boolean, primed: boolean): string[] =>
    kinds.flatMap((a) =>
      kinds
        .filter((b) => {
          const [first, second] = [a, b].map((kind) => ({
            ...NAT_KINDS[kind as "eif"],
            poisonable,
          }));
          return puncture(first!, second!, primed);
        })
        .map((b) => `${a} ${b}`),
    );
  const clean = opened(false, false);
  assert.equal(clean.length, 28);
  assert.equal(opened(true, false).length, 19);
  assert.deepEqual(opened(true, true), clean);
});

test("double NAT: out through both devices and in through both", () => {
  const net = new Fixture();
  const server = net.host(SERVER);
  const outer = net.lan(NAT_KINDS["apdf-np"], WAN_A!);
  const inner = net.lan(NAT_KINDS.apdf, outer.nextHost(), outer);
  const neighbour = net.host(`${outer.nextHost()}:6421`, outer);
  const a = net.host(`${inner.nextHost()}:6421`, inner);
  net.send(a, SERVER);
  const [arrived] = net.settle();
  assert.match(arrived!.from, /^5\.1\.0\.1:/);
  net.send(server, arrived!.from);
  assert.deepEqual(
    net.settle().map(({ at }) => at),
    [a],
  );
  net.send(server, arrived!.from, undefined, 9);
  assert.deepEqual(net.settle(), [], "ends at the inner device");

  net.send(a, neighbour.address.key);
  const [beside] = net.settle();
  assert.equal(beside!.from, `${inner.nat.host}:6421`, "the outer LAN is not translated twice");
  net.send(neighbour, beside!.from);
  assert.equal(net.settle()[0]!.at, a);
  net.send(a, "10.1.2.3:1");
  assert.equal(net.settle().length, 0);
  assert.equal(net.fates.at(-1), "special");
});

test("hairpin: two homes behind one carrier's device reach each other by its address", () => {
  for (const hairpin of [false, true]) {
    const net = new Fixture();
    net.host(SERVER);
    const outer = net.lan({ ...NAT_KINDS["apdf-np"], hairpin }, WAN_A!);
    const hosts = [0, 1].map(() => {
      const inner = net.lan(NAT_KINDS.apdf, outer.nextHost(), outer);
      return net.host(`${inner.nextHost()}:6421`, inner);
    }) as Pair;
    const outsides = hosts.map((host) => {
      net.send(host, SERVER);
      return net.settle()[0]!.from;
    });
    net.send(hosts[0], outsides[1]!);
    net.send(hosts[1], outsides[0]!);
    assert.deepEqual(
      net.settle().map(({ at, from }) => [at, from]),
      hairpin
        ? [
            [hosts[1], outsides[0]],
            [hosts[0], outsides[1]],
          ]
        : [],
    );
  }
});
