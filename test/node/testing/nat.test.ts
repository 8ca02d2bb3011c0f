import assert from "node:assert/strict";
import { test } from "node:test";
import { Address } from "../../../wire/address.ts";
import { MAX_SESSIONS, NatDevice } from "../../../node/testing/nat.ts";
import {
  DEFAULT_TIMEOUT_MS,
  LINUX_TIMERS,
  NAT_KINDS,
  type NatBehaviour,
  type NatKind,
} from "../../../node/testing/nat-kinds.ts";
import { SeededRandom } from "../../../node/testing/random.ts";

const WAN = "5.9.0.1";
const inside = at("192.168.0.2:6421");
const other = at("192.168.0.3:6421");
const remote = at("20.0.0.1:1000");
const otherPort = at("20.0.0.1:1001");
const otherHost = at("30.0.0.1:1000");

function at(text: string): Address {
  return Address.parse(text)!;
}

type Kind = Exclude<NatKind, "open">;

function deviceOf(kind: Kind, changes: Partial<NatBehaviour> = {}): NatDevice {
  return new NatDevice({ ...NAT_KINDS[kind], ...changes }, WAN, new SeededRandom(1, "nat"));
}

/** The outside source of a datagram that is let out. */
function out(nat: NatDevice, source: Address, destination: Address, now: number): Address {
  const outside = nat.outgoing(source, destination, now);
  assert.ok(outside instanceof Address, String(outside));
  return outside;
}

test("an idle mapping ends after its timeout, and only outbound datagrams keep it", () => {
  const nat = deviceOf("eif");
  const outside = out(nat, inside, remote, 0);
  assert.equal(nat.incoming(outside, remote, DEFAULT_TIMEOUT_MS - 1), inside);
  assert.equal(nat.incoming(outside, remote, DEFAULT_TIMEOUT_MS), undefined);
  out(nat, inside, remote, 100_000);
  out(nat, inside, remote, 150_000);
  assert.equal(nat.incoming(outside, remote, 200_000), inside, "refreshed");
  assert.equal(nat.incoming(outside, remote, 210_000), undefined);
});

test("a permission ends by itself while the mapping lives on", () => {
  const nat = deviceOf("apdf", { timeoutMs: 30_000 });
  const outside = out(nat, inside, remote, 0);
  assert.equal(nat.outgoing(inside, otherHost, 20_000), outside);
  assert.equal(nat.incoming(outside, remote, 30_000), undefined);
  assert.equal(nat.incoming(outside, otherHost, 30_000), inside);
  assert.equal(nat.outgoing(inside, remote, 40_000), outside, "the mapping is the same");
  assert.equal(nat.incoming(outside, remote, 40_001), inside);
});

test("an assured session lives longer: both have spoken, and it is older than 2 s", () => {
  const nat = deviceOf("apdf", LINUX_TIMERS);
  const outside = out(nat, inside, remote, 0);
  assert.equal(nat.incoming(outside, remote, 100), inside);
  nat.outgoing(inside, remote, 2_000);
  assert.equal(nat.incoming(outside, remote, 32_000), undefined, "an early reply is not enough");

  out(nat, inside, remote, 40_000);
  nat.incoming(outside, remote, 40_100);
  nat.outgoing(inside, remote, 42_001);
  assert.equal(nat.incoming(outside, remote, 162_000), inside, "120 s");
  assert.equal(nat.incoming(outside, remote, 281_999), inside, "refreshed from outside");
  assert.equal(nat.incoming(outside, remote, 402_000), undefined);
});

test("who only sends is forgotten after the short time", () => {
  const nat = deviceOf("apdf", LINUX_TIMERS);
  const outside = out(nat, inside, remote, 0);
  nat.outgoing(inside, remote, 10_000);
  assert.equal(nat.incoming(outside, remote, 39_999), inside);
  const silent = deviceOf("apdf", LINUX_TIMERS);
  silent.outgoing(inside, remote, 10_000);
  assert.equal(silent.incoming(outside, remote, 40_000), undefined);
});

test("preserving: the own port, or any other when two hosts want it", () => {
  const nat = deviceOf("apdf");
  assert.equal(out(nat, inside, remote, 0).port, 6_421);
  const second = out(nat, other, remote, 0);
  assert.ok(second.port !== 6_421 && second.port >= 1_024);
  assert.equal(out(nat, other, otherHost, 0), second, "the same one everywhere");
  const late = DEFAULT_TIMEOUT_MS + 1;
  assert.equal(out(nat, other, remote, late).port, 6_421, "an expired mapping frees its port");
  assert.equal(nat.incoming(at(`${WAN}:6421`), remote, late), other);
});

const round = (port: number): number => 1_024 + ((port - 1_024) % 64_512);

test("sequential: each new mapping a fixed step further, past what is taken, round the range", () => {
  const nat = deviceOf("seq", { portDelta: 2 });
  const first = out(nat, inside, remote, 0).port;
  const second = out(nat, inside, otherPort, 0).port;
  const third = out(nat, other, remote, 0).port;
  assert.equal(second, round(first + 2));
  assert.equal(third, round(first + 4));

  const wide = deviceOf("seq", { portDelta: 32_256, sharesPorts: false });
  const [a, b, c] = [1, 2, 3].map((port) => out(wide, inside, at(`20.0.0.1:${port}`), 0).port);
  assert.equal(b, round(a! + 32_256));
  assert.equal(c, round(a! + 1), "half the range twice is where the first one is: the next free");
});

test("sequential with foreign allocations: 0 to 15 further, all of them", () => {
  const nat = deviceOf("seq", { foreignAllocations: 15 });
  const ports = Array.from({ length: 400 }, (_, i) => {
    return out(nat, inside, remote.withPort(i + 1), 0).port;
  });
  const gaps = new Set(ports.slice(1).map((port, i) => (port - ports[i]! + 64_512) % 64_512));
  assert.deepEqual(
    [...gaps].sort((a, b) => a - b),
    Array.from({ length: 16 }, (_, i) => i + 1),
  );
});

function portsOf(nat: NatDevice, source: Address, count: number): number[] {
  return Array.from({ length: count }, (_, i) => out(nat, source, remote.withPort(i + 1), 0).port);
}

test("random: ports all over the range, none twice", () => {
  const ports = portsOf(deviceOf("rnd", { sharesPorts: false }), inside, 1_000);
  assert.equal(new Set(ports).size, 1_000);
  assert.ok(Math.min(...ports) >= 1_024 && Math.min(...ports) < 2_000);
  assert.ok(Math.max(...ports) > 64_000);
});

test("range: a port of the range, the same for all remotes", () => {
  const nat = deviceOf("apdf-np");
  const sources = Array.from({ length: 500 }, (_, i) => inside.withPort(10_000 + i));
  const ports = sources.map((source) => out(nat, source, remote, 0).port);
  assert.equal(new Set(ports).size, 500);
  assert.ok(Math.min(...ports) >= 30_000 && Math.max(...ports) < 60_000);
  assert.equal(out(nat, inside.withPort(10_000), otherHost, 0).port, ports[0]);
});

test("block: every inside host has 512 aligned ports, and no more towards one remote", () => {
  const nat = deviceOf("blk");
  const sockets = (host: Address, count: number) =>
    Array.from({ length: count }, (_, i) => nat.outgoing(host.withPort(20_000 + i), remote, 0));
  const ports = sockets(inside, 512).map((outside) => (outside as Address).port);
  const first = Math.min(...ports);
  assert.equal(new Set(ports).size, 512);
  assert.equal(Math.max(...ports) - first, 511);
  assert.equal(first % 512, 0);
  assert.equal(nat.outgoing(inside, remote, 0), "nat-full");
  assert.ok(nat.outgoing(inside, otherHost, 0) instanceof Address, "shared between remotes");
  const others = sockets(other, 10).map((outside) => (outside as Address).port);
  assert.ok(others.every((port) => port < first || port > first + 511));
});

test("block without sharing: 512 mappings in all", () => {
  const nat = deviceOf("blk", { sharesPorts: false });
  assert.equal(new Set(portsOf(nat, inside, 512)).size, 512);
  assert.equal(nat.outgoing(inside, otherHost, 0), "nat-full");
});

test("hash: one port per inside endpoint and remote host, the same after a reboot", () => {
  const nat = deviceOf("adm");
  const port = out(nat, inside, remote, 0).port;
  assert.equal(out(nat, inside, otherPort, 0).port, port);
  const hosts = Array.from({ length: 500 }, (_, i) => at(`30.1.${i >> 8}.${i & 255}:1000`));
  const ports = hosts.map((host) => out(nat, inside, host, 0).port);
  assert.ok(new Set(ports).size > 490, "they look random");
  nat.reboot();
  assert.equal(out(nat, inside, remote, 0).port, port);
});

test("shared ports lead each remote to its own inside host", () => {
  const nat = deviceOf("blk", { blockPorts: 2 });
  const remotes = [remote, otherPort, otherHost];
  const outsides = remotes.map((to, i) => out(nat, inside.withPort(7_000 + i), to, 0));
  assert.ok(new Set(outsides.map(({ key }) => key)).size < 3);
  outsides.forEach((outside, i) => {
    assert.equal(nat.incoming(outside, remotes[i]!, 1)?.port, 7_000 + i);
  });
});

test("ports are not shared where strangers may come in", () => {
  assert.throws(() => deviceOf("rnd", { filtering: "endpoint-independent" }), RangeError);
  const nat = deviceOf("rnd", { filtering: "endpoint-independent", sharesPorts: false });
  assert.equal(nat.incoming(out(nat, inside, remote, 0), otherHost, 1), inside);
});

test("several outside addresses: an inside host has one of them", () => {
  const hosts = ["5.9.0.1", "5.9.0.2", "5.9.0.3"];
  const nat = new NatDevice(NAT_KINDS.rnd, hosts, new SeededRandom(1, "nat"));
  const seen = [2, 3, 4].map((host) => {
    const source = at(`192.168.0.${host}:6421`);
    const outsides = [remote, otherPort, otherHost].map((to) => out(nat, source, to, 0));
    assert.equal(nat.incoming(outsides[2]!, otherHost, 1), source);
    const used = new Set(outsides.map(({ host }) => host));
    assert.equal(used.size, 1, "paired");
    return [...used][0];
  });
  assert.deepEqual(seen.sort(), hosts);
});

test("a reboot forgets everything", () => {
  const nat = deviceOf("rnd");
  const before = out(nat, inside, remote, 0);
  nat.reboot();
  assert.equal(nat.sessions, 0);
  assert.equal(nat.incoming(before, remote, 1), undefined);
  assert.notEqual(out(nat, inside, remote, 2).key, before.key);
});

test("blocked: nothing out, nothing in", () => {
  const nat = deviceOf("blocked");
  assert.equal(nat.outgoing(inside, remote, 0), "blocked");
  assert.equal(nat.incoming(at(`${WAN}:6421`), remote, 0), undefined);
});

test("the table is bounded: what does not fit is dropped until something expires", () => {
  const nat = deviceOf("apdf");
  const flood = (from: number, now: number) => {
    let dropped = 0;
    for (let i = 0; i < MAX_SESSIONS; i++) {
      const target = at(`${20 + (from >> 8)}.${from & 255}.${i >> 8}.${i & 255}:1000`);
      if (nat.outgoing(inside, target, now) === "nat-full") dropped++;
    }
    return dropped;
  };
  assert.equal(flood(0, 0), 0);
  assert.equal(nat.sessions, MAX_SESSIONS);
  assert.equal(flood(1, 1), MAX_SESSIONS);
  assert.ok(nat.outgoing(inside, at("20.0.0.1:1000"), 2) instanceof Address, "known ones pass");
  assert.equal(flood(2, DEFAULT_TIMEOUT_MS + 2), 0, "all but one have expired");
  assert.ok(nat.sessions <= MAX_SESSIONS);
});

test("a quota: so many sessions per inside host, known ones pass, expired ones make room", () => {
  const nat = deviceOf("apdf", { sessionQuota: 32 });
  const open = (source: Address, now: number) =>
    Array.from({ length: 64 }, (_, i) => nat.outgoing(source, remote.withPort(i + 1), now));
  const refused = (answers: unknown[]) => answers.filter((answer) => answer === "nat-quota").length;
  assert.equal(refused(open(inside, 0)), 32);
  assert.equal(refused(open(other, 0)), 32, "each host has its own");
  assert.ok(nat.outgoing(inside, remote.withPort(1), 1) instanceof Address);
  assert.equal(refused(open(inside, DEFAULT_TIMEOUT_MS + 1)), 32);
});

test("a limit of new flows: a burst, then so many per second; known ones pass", () => {
  const nat = deviceOf("rnd", { newFlowLimit: { perS: 50, burst: 50 } });
  const passed = (from: number, count: number, now: number) =>
    Array.from({ length: count }, (_, i) =>
      nat.outgoing(inside, remote.withPort(from + i), now),
    ).filter((answer) => answer !== "nat-limit").length;
  assert.equal(passed(1, 256, 0), 50);
  assert.equal(passed(1, 50, 1), 50);
  assert.equal(passed(1_000, 256, 500), 25);
  assert.equal(passed(2_000, 256, 10_000), 50);
});

test("poisonable: who came unasked is answered from another port, and only it", () => {
  const clean = deviceOf("apdf");
  const poisonable = deviceOf("apdf", { poisonable: true });
  for (const nat of [clean, poisonable]) {
    const isPoisoned = nat === poisonable;
    const outside = out(nat, inside, otherHost, 0);
    assert.equal(nat.incoming(outside, remote, 1_000), undefined);
    const answered = out(nat, inside, remote, 2_000);
    assert.equal(answered.key !== outside.key, isPoisoned);
    assert.equal(out(nat, inside, otherPort, 2_000), outside);
    assert.equal(nat.incoming(outside, remote, 3_000), isPoisoned ? undefined : inside);
    assert.equal(nat.incoming(answered, remote, 3_000), inside);
    assert.equal(out(nat, inside, remote, 40_000), answered, "as long as that session lives");
  }
});

test("poisonable: not by who was asked, and no longer than 30 s", () => {
  const nat = deviceOf("apdf", { poisonable: true, timeoutMs: 20_000 });
  const outside = out(nat, inside, remote, 0);
  assert.equal(nat.incoming(outside, remote, 1), inside);
  assert.equal(out(nat, inside, remote, 2), outside);
  assert.equal(nat.incoming(outside, otherHost, 3), undefined);
  nat.outgoing(inside, remote, 15_000);
  assert.equal(out(nat, inside, otherHost, 30_003), outside);
});

test("poisonable: a mapping that does not exist yet is poisoned as well", () => {
  const nat = deviceOf("eif", { poisonable: true });
  assert.equal(nat.incoming(at(`${WAN}:6421`), remote, 0), undefined);
  assert.notEqual(out(nat, inside, remote, 1).port, 6_421);
});
