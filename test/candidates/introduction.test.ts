import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatSummary } from "../../wire/message.ts";
import { Introducer } from "../../candidates/introduction.ts";
import type { Address } from "../../wire/address.ts";
import { apart, apartV6, at, nat, seeded, tableOf } from "./support.ts";
import { strategyFor } from "../../nat/strategy.ts";

const mayMeet = (a: NatSummary, b: NatSummary) => strategyFor(a, b) !== undefined;

const requester = { address: apart(9_999), nat: nat("unknown") };

function times(n: number, choose: () => { address: Address } | undefined): (string | undefined)[] {
  return Array.from({ length: n }, () => choose()?.address.key);
}

test("contacted and requested by turns, each in rotation; nobody else", () => {
  const table = tableOf();
  table.setTracker(apart(50), true);
  table.introduced(apart(60), 0, 0);
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  assert.equal(introducer.choose(table, requester, 0), undefined);
  for (const i of [1, 2]) table.answered(apart(i), 0, 0);
  for (const i of [11, 12, 13]) table.requested(apart(i), 0, 0);
  const chosen = times(12, () => introducer.choose(table, requester, 0)).map((key) => key!);
  const contacted = chosen.filter((key) => [1, 2].some((i) => apart(i).key === key));
  const requested = chosen.filter((key) => [11, 12, 13].some((i) => apart(i).key === key));
  for (const [turns, members] of [
    [contacted, [1, 2]] as const,
    [requested, [11, 12, 13]] as const,
  ]) {
    for (let i = 0; i < turns.length; i += members.length) {
      const round = new Set(turns.slice(i, i + members.length));
      assert.deepEqual(round, new Set(members.map((member) => apart(member).key)));
    }
  }
  for (let i = 2; i < chosen.length; i++) {
    assert.equal(contacted.includes(chosen[i]!), contacted.includes(chosen[i - 2]!));
    assert.notEqual(contacted.includes(chosen[i]!), contacted.includes(chosen[i - 1]!));
  }
});

test("the other bucket where one has nobody", () => {
  for (const event of ["answered", "requested"] as const) {
    const table = tableOf();
    for (const i of [1, 2]) table[event](apart(i), 0, 0);
    const introducer = new Introducer(mayMeet, seeded("introducer"));
    const chosen = times(4, () => introducer.choose(table, requester, 0));
    const both = new Set([1, 2].map((i) => apart(i).key));
    assert.deepEqual(new Set(chosen.slice(0, 2)), both);
    assert.deepEqual(new Set(chosen.slice(2)), both);
  }
});

test("never the requester, at this or at another address", () => {
  const table = tableOf();
  const alone = table.requested(apart(1), 0, 0)!;
  alone.instance = "aa";
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  for (let i = 0; i < 4; i++) {
    assert.equal(introducer.choose(table, alone, 0), undefined);
    const elsewhere = { ...requester, instance: "aa" };
    assert.equal(introducer.choose(table, elsewhere, 0), undefined);
    assert.equal(introducer.choose(table, requester, 0)?.address, alone.address);
  }
});

test("one family, one scope", () => {
  const table = tableOf({ groupCaps: false });
  const groups = [
    [apart(1), apart(2)],
    [apartV6(1), apartV6(2)],
    [at("10.0.0.1:1"), at("10.9.0.2:1")],
    [at("192.168.0.1:1"), at("192.168.0.2:1")],
    [at("127.0.0.1:1"), at("127.0.0.1:2")],
    [at("100.64.0.1:1"), at("100.127.0.2:1")],
    [at("[fd00::1]:1"), at("[fd12::2]:1")],
  ];
  for (const address of groups.flat()) table.requested(address, 0, 0);
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  for (const group of groups) {
    for (const [i, address] of group.entries()) {
      const other = group[1 - i]!.key;
      const chosen = times(4, () => introducer.choose(table, { ...requester, address }, 0));
      assert.deepEqual(chosen, [other, other, other, other]);
    }
  }
  const alone = { ...requester, address: at("172.16.0.1:1") };
  assert.equal(introducer.choose(table, alone, 0), undefined);
});

test("not two symmetric NATs, unless it is one and the same", () => {
  const table = tableOf({ groupCaps: false });
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  const symmetric = ["address-dependent", "address-and-port-dependent"] as const;
  const candidate = table.requested(apart(1), 0, 0)!;
  for (const mapping of symmetric) {
    candidate.nat = nat(mapping);
    for (const other of symmetric) {
      assert.equal(introducer.choose(table, { ...requester, nat: nat(other) }, 0), undefined);
      const neighbour = { address: apart(1, 9), nat: nat(other) };
      assert.equal(introducer.choose(table, neighbour, 0), candidate);
    }
    for (const other of ["unknown", "none", "endpoint-independent"] as const) {
      assert.equal(introducer.choose(table, { ...requester, nat: nat(other) }, 0), candidate);
    }
  }
});

test("the expired are not introduced", () => {
  const table = tableOf();
  table.requested(apart(1), 0, 0);
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  assert.notEqual(introducer.choose(table, requester, 57_499), undefined);
  assert.equal(introducer.choose(table, requester, 57_500), undefined);
});

test("everybody has the same share, however often somebody asks", () => {
  const table = tableOf({ maxCandidates: 20_000 });
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  const random = seeded("fair");
  const people = 50;
  for (let i = 0; i < people; i++) table.requested(apart(i), 0, 0);
  const shares = new Map<string, number>();
  for (let round = 0; round < 20 * people; round++) {
    // Number 0 asks every other time, the others now and then.
    const asking = round % 2 === 0 ? 0 : 1 + random.below(people - 1);
    const from = table.requested(apart(asking), 0, round)!;
    const { key } = introducer.choose(table, from, round)!.address;
    shares.set(key, (shares.get(key) ?? 0) + 1);
  }
  assert.equal(shares.size, people);
  for (const [key, share] of shares) assert.ok(share >= 9 && share <= 24, `${key}: ${share}`);
  assert.ok(shares.get(apart(0).key)! <= 24);
});

test("rounds reach everybody who stays, while others come and go", () => {
  const table = tableOf({ maxCandidates: 20_000 });
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  for (let i = 0; i < 200; i++) table.requested(apart(i), 0, 0);
  const seen = new Map<string, number>();
  for (let i = 0; i < 100; i++) {
    const { key } = introducer.choose(table, requester, 0)!.address;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    table.remove(apart(i * 2));
    table.requested(apart(1_000 + i), 0, 0);
  }
  for (let i = 0; i < 200; i++) {
    const { key } = introducer.choose(table, requester, 0)!.address;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  for (let i = 0; i < 100; i++) {
    const turns = seen.get(apart(i * 2 + 1).key);
    assert.ok(turns === 1 || turns === 2, `${i}: ${turns}`);
  }
});

test("a choice among 10,000 unsuitable ones ends, and the next ones go on from there", () => {
  const table = tableOf({ maxCandidates: 20_000 });
  for (let i = 0; i < 10_000; i++) {
    table.requested(apart(i), 0, 0)!.nat = nat("address-and-port-dependent");
  }
  table.get(apart(5_000))!.nat = nat("endpoint-independent");
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  const from = { address: apart(19_000), nat: nat("address-dependent") };
  const chosen = times(200, () => introducer.choose(table, from, 0));
  assert.equal(chosen.filter((key) => key === apart(5_000).key).length, 1);
  assert.equal(chosen.filter((key) => key === undefined).length, 199);
});
