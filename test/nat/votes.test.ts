import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AddressVotes, MAX_GROUPS } from "../../nat/votes.ts";
import { apart, apartV6, at } from "../candidates/support.ts";

const MINUTE = 60_000;
const [OURS, OTHER, THIRD] = [at("20.1.1.1:1000"), at("20.1.1.1:2000"), at("20.1.1.1:3000")];

describe("winner", () => {
  test("nobody, then the first, whoever says something else", () => {
    const votes = new AddressVotes();
    assert.equal(votes.winner(4, 0), undefined);
    votes.vote(apart(1), OURS, 0, 0);
    assert.equal(votes.winner(4, 0), OURS);
    for (let i = 2; i < 60; i++) votes.vote(apart(i), i % 2 === 0 ? OTHER : THIRD, 0, 1);
    assert.equal(votes.winner(4, 1), OURS);
    assert.deepEqual(votes.others(4, 1, 2), [OTHER, THIRD]);
    assert.deepEqual(votes.others(4, 1, 1), [OTHER]);
    assert.equal(votes.winner(6, 3), undefined);
  });

  test("whoever has most, when nobody has seen us at the first for two minutes", () => {
    const votes = new AddressVotes();
    for (const i of [1, 2]) votes.vote(apart(i), OURS, 0, 0);
    for (let i = 3; i < 9; i++) votes.vote(apart(i), i < 6 ? OTHER : THIRD, 0, 1);
    votes.vote(apart(8), OTHER, 0, 2);
    votes.vote(apart(1), OURS, 0, MINUTE);
    assert.equal(votes.winner(4, 3 * MINUTE), OURS);
    assert.equal(votes.winner(4, 3 * MINUTE + 1), OTHER);
  });

  test("whoever has most, as soon as all who saw us at the first see us elsewhere", () => {
    const votes = new AddressVotes();
    for (const i of [1, 2]) votes.vote(apart(i), OURS, 0, i);
    votes.vote(apart(3), OTHER, 0, 3);
    votes.vote(apart(1), THIRD, 0, 4);
    assert.equal(votes.winner(4, 4), OURS);
    votes.vote(apart(2), THIRD, 0, 5);
    assert.equal(votes.winner(4, 5), THIRD);
    votes.remove(apart(1), 5);
    votes.remove(apart(2), 5);
    assert.equal(votes.winner(4, 5), OTHER);
  });

  test("whom the user named outweighs all others, at once and while its word lasts", () => {
    const votes = new AddressVotes();
    const [tracker, neighbour] = [at("30.3.3.1:6421"), at("30.3.3.2:6421")];
    for (let i = 1; i < 60; i++) votes.vote(apart(i), OTHER, 0, 0);
    assert.ok(!votes.isNamed(OTHER));
    votes.vote(tracker, OURS, 0, 1, true);
    assert.equal(votes.winner(4, 1), OURS);
    assert.ok(votes.isNamed(OURS));
    votes.vote(neighbour, THIRD, 0, 2);
    for (let i = 1; i < 60; i++) votes.vote(apart(i), OTHER, 0, 9 * MINUTE);
    assert.equal(votes.winner(4, 9 * MINUTE), OURS);
    votes.vote(tracker, THIRD, 0, 9 * MINUTE, true);
    assert.equal(votes.winner(4, 9 * MINUTE), THIRD);
  });

  test("what a voter said before it was named does not count besides", () => {
    const votes = new AddressVotes();
    votes.vote(apart(1), OURS, 0, 0);
    votes.vote(apart(1), OURS, 0, 1, true);
    assert.deepEqual(
      votes.standings(4, 1).map(({ votes: count, named }) => [count, named]),
      [[1, 1]],
    );
  });

  test("votes last 10 minutes", () => {
    const votes = new AddressVotes();
    votes.vote(apart(1), OURS, 0, 0);
    votes.vote(apart(3), OTHER, 0, 2 * MINUTE);
    assert.equal(votes.winner(4, 10 * MINUTE - 1), OURS, "a tie changes nothing");
    assert.equal(votes.winner(4, 10 * MINUTE), OTHER);
    assert.equal(votes.winner(4, 12 * MINUTE), undefined);
    assert.deepEqual(votes.observations(4, 12 * MINUTE), []);
  });

  test("families are apart", () => {
    const votes = new AddressVotes();
    const ours = at("[2a01::1]:1000");
    votes.vote(apart(1), OURS, 0, 0);
    votes.vote(apartV6(1), ours, 1, 0);
    votes.vote(apartV6(2), OTHER, 1, 0);
    votes.vote(apart(2), ours, 0, 0);
    assert.equal(votes.winner(4, 0), OURS);
    assert.equal(votes.winner(6, 0), ours);
    assert.equal(votes.observations(4, 0).length, 1);
    assert.equal(votes.observations(6, 0).length, 1);
  });

  test("clear forgets, remove takes back one voter", () => {
    const votes = new AddressVotes();
    votes.vote(apart(1), OURS, 0, 0);
    votes.remove(apart(2), 5);
    votes.remove(apart(1, 9), 5);
    assert.equal(votes.winner(4, 0), OURS);
    votes.clear();
    assert.equal(votes.winner(4, 0), undefined);
    votes.vote(apart(1), OTHER, 0, 0);
    assert.equal(votes.winner(4, 0), OTHER);
  });
});

describe("liars", () => {
  test("ten thousand voters of one /24 weigh as much as one", () => {
    const votes = new AddressVotes();
    for (const i of [1, 2]) votes.vote(apart(i), OURS, 0, 0);
    for (let i = 0; i < 10_000; i++) {
      votes.vote(at(`30.3.3.${1 + (i % 250)}:${1 + i}`), OTHER, i % 3, 1);
      assert.equal(votes.winner(4, 1), OURS);
    }
    assert.ok(votes.observations(4, 1).length <= 6);
    for (let i = 0; i < 1_000; i++) {
      votes.vote(at(`[2a00:1:1:${(i + 1).toString(16)}::1]:1`), at("[2a01::1]:1"), 0, 1);
    }
    assert.ok(votes.observations(6, 1).length <= 4);
  });

  test("who is in a special range votes only on addresses there, and never outvotes the Internet", () => {
    const votes = new AddressVotes();
    const inside = at("192.168.1.5:1000");
    for (const [voter, seen] of [
      ["192.168.1.9:1", "20.1.1.1:1000"],
      ["127.0.0.1:1", "20.1.1.1:1000"],
      ["30.1.1.1:1", "192.168.1.5:1000"],
      ["10.0.0.1:1", "192.168.1.5:1000"],
      ["30.1.1.1:1", "127.0.0.1:1000"],
      ["224.0.0.1:1", "224.0.0.2:1"],
      ["203.0.113.1:1", "203.0.113.2:1"],
    ] as const) {
      votes.vote(at(voter), at(seen), 0, 0);
      assert.equal(votes.winner(4, 0), undefined, voter);
    }
    for (let i = 1; i < 250; i++) votes.vote(at(`192.168.${i}.9:1`), inside, 0, 0);
    assert.equal(votes.winner(4, 0), inside);
    assert.ok(votes.observations(4, 0).length <= 4, "one group per special range");
    votes.vote(at("10.0.0.9:1"), at("10.0.0.5:1000"), 0, 0);
    votes.vote(apart(1), OURS, 0, 0);
    assert.equal(votes.winner(4, 0), OURS);
    votes.remove(apart(1), 5);
    assert.equal(votes.winner(4, 0), inside);
  });

  test("a flood of groups is bounded; the least recent gives way, but not who supports our address", () => {
    const votes = new AddressVotes();
    votes.vote(apart(7_000), OURS, 0, 0, true);
    votes.vote(apart(7_001), OURS, 0, 0);
    for (let i = 0; i < 5_000; i++) votes.vote(apart(i), at(`20.1.1.2:${1 + i}`), 0, i);
    const groups = new Set(votes.observations(4, 5_000).map(({ group }) => group));
    assert.equal(groups.size, MAX_GROUPS);
    assert.equal(votes.winner(4, 5_000), OURS);
    assert.equal(votes.standings(4, 5_000).find(({ address }) => address === OURS)?.votes, 2);
    for (let i = 0; i < MAX_GROUPS; i++) votes.vote(apart(6_000 + i), OURS, 0, 6_000);
    assert.equal(votes.winner(4, 6_000), OURS);
    assert.equal(votes.observations(4, 6_000).length, MAX_GROUPS);
  });
});

test("observations keep what several ports of one IP see, by socket, the newest last", () => {
  const votes = new AddressVotes();
  votes.vote(apart(1, 1), OURS, 0, 0);
  votes.vote(apart(1, 2), OTHER, 0, 1);
  votes.vote(apart(1, 1), THIRD, 1, 2);
  votes.vote(apart(1, 1), OTHER, 0, 3);
  const rows = votes.observations(4, 3).map(({ voter, seen, via }) => [voter.port, seen, via]);
  assert.deepEqual(rows, [
    [2, OTHER, 0],
    [1, THIRD, 1],
    [1, OTHER, 0],
  ]);
});
