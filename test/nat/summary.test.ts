import assert from "node:assert/strict";
import { test } from "node:test";
import { summarise } from "../../nat/summary.ts";
import { AddressVotes } from "../../nat/votes.ts";
import { UNKNOWN_NAT, type Mapping } from "../../wire/message.ts";
import { apart, at } from "../candidates/support.ts";

const nobody = (): boolean => false;

/** Rows: voter number, its port, the port of ours that it sees. */
function mappingOf(rows: [voter: number, port: number, seen: number, via?: number][]): Mapping {
  const votes = new AddressVotes();
  for (const [voter, port, seen, via = 0] of rows) {
    votes.vote(apart(voter, port), at(`20.1.1.1:${seen}`), via, 0);
  }
  return summarise(votes, nobody, 4, 0).mapping;
}

test("nothing seen, or seen by one: unknown", () => {
  assert.deepEqual(summarise(new AddressVotes(), nobody, 4, 0), UNKNOWN_NAT);
  assert.equal(mappingOf([[1, 1, 1000]]), "unknown");
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [1, 2, 1000],
    ]),
    "unknown",
  );
});

test("two groups agree: endpoint-independent, whoever dissents", () => {
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [2, 1, 1000],
    ]),
    "endpoint-independent",
  );
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [2, 1, 1000],
      [3, 1, 9],
    ]),
    "endpoint-independent",
  );
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [2, 1, 1000],
      [3, 1, 9],
      [3, 2, 8],
    ]),
    "endpoint-independent",
    "one liar's two ports prove nothing against two others",
  );
});

test("two agree, as many do not: unknown", () => {
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [2, 1, 1000],
      [3, 1, 9],
      [4, 1, 8],
    ]),
    "unknown",
  );
});

test("two agree, and each disagrees with itself: unknown while it may be a change, and chance with a third port", () => {
  const agreeing: [number, number, number][] = [
    [1, 1, 1000],
    [2, 1, 1000],
  ];
  assert.equal(mappingOf([[1, 2, 1001], [2, 2, 1001], ...agreeing]), "unknown");
  assert.equal(mappingOf([[1, 2, 1001], [2, 2, 1002], ...agreeing]), "address-and-port-dependent");
});

test("two ports of one IP see two addresses: address-and-port-dependent", () => {
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [1, 2, 1001],
    ]),
    "address-and-port-dependent",
  );
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [1, 2, 1001],
      [2, 1, 1002],
      [2, 2, 1003],
    ]),
    "address-and-port-dependent",
  );
});

test("two ports of one IP agree where two IPs do not: address-dependent", () => {
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [1, 2, 1000],
      [2, 1, 1001],
      [2, 2, 1001],
    ]),
    "address-dependent",
  );
});

test("nobody agrees and nobody has two ports: taken for address-and-port-dependent", () => {
  assert.equal(
    mappingOf([
      [1, 1, 1000],
      [2, 1, 1001],
    ]),
    "address-and-port-dependent",
  );
});

test("a second socket of ours is not a second mapping", () => {
  const rows: [number, number, number, number][] = [1, 2, 3].map((i) => [i, 1, 1000, 0]);
  assert.equal(mappingOf([...rows, [4, 1, 2000, 1], [1, 1, 2000, 1]]), "endpoint-independent");
  assert.equal(
    mappingOf([
      [1, 1, 1000, 0],
      [1, 2, 2000, 1],
    ]),
    "unknown",
  );
});

test("seen at an address of our own interfaces: no translation", () => {
  const isOwn = (ip: Uint8Array): boolean => ip[0] === 20;
  const votes = new AddressVotes();
  votes.vote(apart(1), at("20.1.1.1:1000"), 0, 0);
  assert.deepEqual(summarise(votes, isOwn, 4, 0), { ...UNKNOWN_NAT, mapping: "none" });
  assert.equal(summarise(votes, nobody, 4, 0).mapping, "unknown");
  assert.equal(summarise(votes, isOwn, 6, 0).mapping, "unknown");
  assert.equal(summarise(votes, isOwn, 4, 600_000).mapping, "unknown");
});

test("what our LAN sees says nothing once the Internet sees us", () => {
  const isOwn = (ip: Uint8Array): boolean => ip[0] === 192;
  const votes = new AddressVotes();
  votes.vote(at("192.168.1.9:1"), at("192.168.1.5:1000"), 0, 0);
  votes.vote(at("10.0.0.9:1"), at("10.0.0.5:1000"), 0, 0);
  assert.equal(summarise(votes, isOwn, 4, 0).mapping, "none");
  for (const i of [1, 2]) votes.vote(apart(i), at("20.1.1.1:1000"), 0, 0);
  assert.equal(summarise(votes, isOwn, 4, 0).mapping, "endpoint-independent");
});
