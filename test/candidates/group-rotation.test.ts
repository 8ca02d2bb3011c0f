import assert from "node:assert/strict";
import { test } from "node:test";
import { GroupRotation, type Turn } from "../../candidates/group-rotation.ts";
import type { NatSummary } from "../../wire/message.ts";
import { Introducer } from "../../candidates/introduction.ts";
import { apart, at, nat, seeded, tableOf } from "./support.ts";
import { strategyFor } from "../../nat/strategy.ts";

const mayMeet = (a: NatSummary, b: NatSummary) => strategyFor(a, b) !== undefined;

test("groups in turn, members of each in turn", () => {
  const random = seeded("turns");
  const rotation = new GroupRotation<string>();
  assert.equal(rotation.next(random), undefined);
  for (const name of ["a1", "a2", "a3", "b1", "c1", "c2"]) rotation.add(name, name[0]!);
  assert.equal(rotation.size, 6);
  const rounds = Array.from({ length: 6 }, () => [1, 2, 3].map(() => rotation.next(random)!));
  for (const round of rounds)
    assert.deepEqual(round.map(([group]) => group).sort(), ["a", "b", "c"]);
  const turns = rounds.flat().sort().join(" ");
  assert.equal(turns, "a1 a1 a2 a2 a3 a3 b1 b1 b1 b1 b1 b1 c1 c1 c1 c2 c2 c2");
});

test("turns are not the newest's where as many arrive and leave as get a turn", () => {
  const random = seeded("stay");
  const rotation = new GroupRotation<number>();
  const stay = 100;
  const members: Turn<number>[] = [];
  let age = 0;
  const turns = 2_000;
  for (let i = 0; i < stay + turns; i++) {
    members.push(rotation.add(i, `${i}`));
    if (i < stay) continue;
    rotation.remove(members.shift()!);
    age += i - rotation.next(random)!;
  }
  // Fairly drawn, the mean is half of the time that everybody stays.
  assert.ok(Math.abs(age / turns - stay / 2) < stay / 8, `${age / turns}`);
});

test("arrivals and departures leave nobody behind", () => {
  const random = seeded("group rotation");
  const rotation = new GroupRotation<number>();
  const members = new Map<number, Turn<number>>();
  for (let i = 0; i < 3_000; i++) {
    const [leaver] = [...members.keys()].slice(random.below(members.size + 1));
    if (random.below(2) === 0) members.set(i, rotation.add(i, `${random.below(5)}`));
    else if (leaver !== undefined) {
      rotation.remove(members.get(leaver)!);
      members.delete(leaver);
    }
    assert.equal(rotation.size, members.size);
    const next = rotation.next(random);
    assert.equal(next === undefined, members.size === 0);
    assert.ok(next === undefined || members.has(next));
  }
  const seen = new Set(Array.from({ length: 5 * members.size }, () => rotation.next(random)!));
  assert.deepEqual(seen, new Set(members.keys()));
});

test("a few who ask in step get others each time", () => {
  const random = seeded("in step");
  const rotation = new GroupRotation<number>();
  for (let i = 0; i < 4; i++) rotation.add(i, `${i}`);
  const partners = new Set<string>();
  for (let round = 0; round < 20; round++) {
    for (let asker = 0; asker < 4; asker++) {
      let partner = rotation.next(random)!;
      while (partner === asker) partner = rotation.next(random)!;
      partners.add(`${asker} ${partner}`);
    }
  }
  assert.equal(partners.size, 12);
});

test("60,000 ports of a host are introduced no more often than one of another network, also by a tracker", () => {
  const table = tableOf({ groupCaps: false, maxCandidates: 100_000 });
  for (let port = 1; port <= 60_000; port++) table.requested(at(`20.5.5.5:${port}`), 0, 0);
  for (let i = 0; i < 9; i++) table.requested(apart(i), 0, 0);
  const introducer = new Introducer(mayMeet, seeded("introducer"));
  const requester = { address: apart(9_999), nat: nat("unknown") };
  let hostile = 0;
  for (let i = 0; i < 1_000; i++) {
    if (introducer.choose(table, requester, 0)?.address.host === "20.5.5.5") hostile++;
  }
  assert.equal(hostile, 100);
});
