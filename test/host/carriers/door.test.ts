import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Allowance } from "../../../node/host/carriers/allowance.ts";
import { Door, MAX_PER_SUBSCRIBER, mostConnections } from "../../../node/host/carriers/door.ts";
import { type Carrier, Links, MAX_LINKS } from "../../../node/host/carriers/links.ts";

describe("the door", () => {
  test("lets each address have its share, and gives it back", () => {
    const door = new Door(1_000);
    for (let i = 0; i < MAX_PER_SUBSCRIBER; i++) assert.equal(door.enter("a", 0), undefined);
    assert.equal(door.enter("a", 0), "too many from its address");
    assert.equal(door.enter("b", 0), undefined, "others have theirs");
    door.leave("a");
    assert.equal(door.enter("a", 0), undefined);
  });

  test("refuses whoever comes again and again, for a while", () => {
    const door = new Door(1_000);
    let refused = 0;
    for (let i = 0; i < 100; i++) {
      if (door.enter("a", 0) === undefined) door.leave("a");
      else refused++;
    }
    assert.equal(door.count, 0);
    assert.equal(refused, 100 - 2 * MAX_PER_SUBSCRIBER);
    assert.equal(door.enter("a", 0), "its address connects too often");
    assert.equal(door.enter("a", 1_000), undefined, "one more a second later");
  });

  test("has a limit for all, at a time and in a time, from however many addresses", () => {
    const door = new Door(100);
    for (let i = 0; i < 100; i++) assert.equal(door.enter(`${i}`, 0), undefined);
    assert.equal(door.enter("one more", 0), "all places are taken");
    const busy = new Door(1_000_000);
    const refusals = Array.from({ length: 10_000 }, (_, i) => busy.enter(`${i}`, 0));
    assert.equal(refusals.filter((refusal) => refusal === "too many connect").length, 10_000 - 512);
  });

  test("counts a reverse proxy's connections for whom it brings", () => {
    const door = new Door(1_000);
    for (let i = 0; i < 100; i++) assert.equal(door.enter("", 0), undefined);
    for (let i = 0; i < MAX_PER_SUBSCRIBER; i++) assert.equal(door.belongs("a", 0), undefined);
    assert.equal(door.belongs("a", 0), "too many from its address");
    door.leave("", "a");
    assert.equal(door.belongs("a", 0), undefined);
    assert.equal(door.count, 99);
  });

  test("leaves the process files for its own work", () => {
    assert.equal(mostConnections(Infinity), 512);
    assert.equal(mostConnections(1_024), 416);
    assert.equal(mostConnections(256), 32);
    assert.equal(mostConnections(160), 16);
  });
});

describe("an allowance", () => {
  const isStranger = (): boolean => false;

  test("holds a stranger back in proportion, and ends a flood", () => {
    const steady = new Allowance(0);
    for (let i = 0; i < 10_000; i++) assert.equal(steady.spend(i * 10, isStranger), 0);
    const fast = new Allowance(0);
    const pauses = Array.from({ length: 3_000 }, () => fast.spend(0, isStranger));
    assert.equal(pauses[199], 0, "a first contact is no flood");
    assert.equal(pauses[299], 1_000);
    assert.equal(pauses.at(-1), Infinity);
    assert.equal(fast.spend(60_000, isStranger), 0, "what is waited for is forgiven");
  });

  test("is no limit to who takes part", () => {
    const known = new Allowance(0);
    for (let i = 0; i < 10_000; i++)
      assert.equal(
        known.spend(0, () => true),
        0,
      );
  });
});

describe("links", () => {
  test("of whom nobody is known make room, the oldest first, and others never", () => {
    let now = 0;
    const known = new Set<number>();
    const ended: number[] = [];
    const links = new Links({
      input: () => {},
      now: () => now,
      isKnown: (address) => known.has(address.ip.at(-1)!),
    });
    const carrier = (number: number): Carrier => ({
      kind: "websocket",
      name: "a test",
      waiting: 0,
      send: () => {},
      makeRoom: () => ended.push(number),
    });
    const open = (number: number) => links.open(carrier(number), { isNamed: false });
    for (let i = 1; i <= MAX_LINKS; i++) assert.ok(open(i), "there is room");
    assert.equal(open(MAX_LINKS + 1), undefined, "whoever has just come gets its time");
    now = 20_000;
    known.add(1);
    assert.ok(open(MAX_LINKS + 2), "now somebody makes room");
    assert.deepEqual(ended, [2], "the oldest of those who do not take part");
  });
});
