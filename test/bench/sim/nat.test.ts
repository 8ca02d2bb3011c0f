import assert from "node:assert/strict";
import { test } from "node:test";
import { Address } from "../../../wire/address.ts";
import {
  DEFAULT_TIMEOUT_MS,
  MAX_SESSIONS,
  NAT_KINDS,
  type NatBehaviour,
  NatDevice,
  type NatKind,
} from "../../../bench/sim/nat.ts";
import { SeededRandom } from "../../../bench/sim/random.ts";

const WAN = "5.9.0.1";
const inside = at("192.168.0.2:6421");
const other = at("192.168.0.3:6421");
const remote = at("20.0.0.1:1000");
const otherPort = at("20.0.0.1:1001");
const otherHost = at("30.0.0.1:1000");

function at(text: string): Address {
  return Address.parse(text)!;
}

function device(behaviour: NatBehaviour): NatDevice {
  return new NatDevice(behaviour, WAN, new SeededRandom(1, "nat"));
}

function deviceOf(kind: Exclude<NatKind, "open">, changes: Partial<NatBehaviour> = {}): NatDevice {
  return device({ ...NAT_KINDS[kind], ...changes });
}

/** Does the mapping to one remote serve another port, another host? Who is let in? */
const KINDS: [Exclude<NatKind, "open">, { samePort: boolean; port: boolean; host: boolean }][] = [
  ["full-cone", { samePort: true, port: true, host: true }],
  ["address-restricted", { samePort: true, port: true, host: false }],
  ["port-restricted", { samePort: true, port: false, host: false }],
  ["symmetric", { samePort: false, port: false, host: false }],
];

for (const [kind, expected] of KINDS) {
  test(`${kind}: mapping and filtering`, () => {
    const nat = deviceOf(kind);
    const outside = nat.outgoing(inside, remote, 0)!;
    assert.equal(outside.host, WAN);
    assert.equal(nat.outgoing(inside, remote, 1), outside, "a mapping is reused");
    assert.equal(nat.incoming(outside, remote, 2), inside, "an answer comes in");
    assert.equal(nat.incoming(outside, otherPort, 2) === inside, expected.port);
    assert.equal(nat.incoming(outside, otherHost, 2) === inside, expected.host);
    assert.equal(nat.outgoing(inside, otherPort, 3)!.key === outside.key, expected.samePort);
    assert.equal(nat.outgoing(inside, otherHost, 3)!.key === outside.key, expected.samePort);
    assert.equal(nat.incoming(at(`${WAN}:9`), remote, 4), undefined, "no mapping, no entry");
  });
}

test("address-dependent mapping: one port per remote host", () => {
  const nat = deviceOf("symmetric", { mapping: "address-dependent" });
  const outside = nat.outgoing(inside, remote, 0)!;
  assert.equal(nat.outgoing(inside, otherPort, 0), outside);
  assert.notEqual(nat.outgoing(inside, otherHost, 0)!.key, outside.key);
});

test("an idle mapping ends after its timeout, and only outbound datagrams keep it", () => {
  const nat = deviceOf("full-cone");
  const outside = nat.outgoing(inside, remote, 0)!;
  assert.equal(nat.incoming(outside, remote, DEFAULT_TIMEOUT_MS - 1), inside);
  assert.equal(nat.incoming(outside, remote, DEFAULT_TIMEOUT_MS), undefined);
  nat.outgoing(inside, remote, 100_000);
  nat.outgoing(inside, remote, 150_000);
  assert.equal(nat.incoming(outside, remote, 200_000), inside, "refreshed");
  assert.equal(nat.incoming(outside, remote, 210_000), undefined);
});

test("a permission ends by itself while the mapping lives on", () => {
  const nat = deviceOf("port-restricted", { timeoutMs: 30_000 });
  const outside = nat.outgoing(inside, remote, 0)!;
  assert.equal(nat.outgoing(inside, otherHost, 20_000), outside);
  assert.equal(nat.incoming(outside, remote, 30_000), undefined);
  assert.equal(nat.incoming(outside, otherHost, 30_000), inside);
  assert.equal(nat.outgoing(inside, remote, 40_000), outside, "the mapping is the same");
  assert.equal(nat.incoming(outside, remote, 40_001), inside);
});

test("preserving: the own port, or the next free one when two hosts want it", () => {
  const nat = deviceOf("port-restricted");
  assert.equal(nat.outgoing(inside, remote, 0)!.port, 6_421);
  assert.equal(nat.outgoing(other, remote, 0)!.port, 6_422);
  assert.equal(nat.outgoing(at("192.168.0.4:6422"), remote, 0)!.port, 6_423);
  const late = DEFAULT_TIMEOUT_MS + 1;
  assert.equal(nat.outgoing(other, remote, late)!.port, 6_421, "an expired mapping frees its port");
  assert.equal(nat.incoming(at(`${WAN}:6421`), remote, late), other);
});

test("sequential: each new mapping a fixed step further, past what is taken, round the range", () => {
  const nat = deviceOf("symmetric", { allocation: "sequential", portDelta: 2 });
  const first = nat.outgoing(inside, remote, 0)!.port;
  const second = nat.outgoing(inside, otherPort, 0)!.port;
  const third = nat.outgoing(other, remote, 0)!.port;
  const round = (port: number) => 1_024 + ((port - 1_024) % 64_512);
  assert.equal(second, round(first + 2));
  assert.equal(third, round(first + 4));

  const wide = deviceOf("symmetric", { allocation: "sequential", portDelta: 32_256 });
  const [a, b, c] = [1, 2, 3].map((port) => wide.outgoing(inside, at(`20.0.0.1:${port}`), 0)!.port);
  assert.equal(b, round(a! + 32_256));
  assert.equal(c, round(a! + 1), "half the range twice is where the first one is: the next free");
});

test("random: ports all over the range, none twice", () => {
  const nat = deviceOf("symmetric");
  const ports = Array.from(
    { length: 1_000 },
    (_, i) => nat.outgoing(inside, remote.withPort(i + 1), 0)!.port,
  );
  assert.equal(new Set(ports).size, 1_000);
  assert.ok(Math.min(...ports) >= 1_024 && Math.min(...ports) < 2_000);
  assert.ok(Math.max(...ports) > 64_000);
});

test("the table is bounded: what does not fit is dropped until something expires", () => {
  const nat = deviceOf("port-restricted");
  const flood = (from: number, now: number) => {
    let dropped = 0;
    for (let i = 0; i < MAX_SESSIONS; i++) {
      const target = at(`${20 + (from >> 8)}.${from & 255}.${i >> 8}.${i & 255}:1000`);
      if (nat.outgoing(inside, target, now) === undefined) dropped++;
    }
    return dropped;
  };
  assert.equal(flood(0, 0), 0);
  assert.equal(nat.sessions, MAX_SESSIONS);
  assert.equal(flood(1, 1), MAX_SESSIONS);
  assert.notEqual(nat.outgoing(inside, at("20.0.0.1:1000"), 2), undefined, "known ones still pass");
  assert.equal(flood(2, DEFAULT_TIMEOUT_MS + 2), 0, "all but one have expired");
  assert.ok(nat.sessions <= MAX_SESSIONS);
});
