import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CheckQueue, type Sent } from "../../../node/bundles/check-queue.ts";
import { apart, at, SCALE, seeded } from "../../candidates/support.ts";

interface Item extends Sent {
  readonly id: number;
}

let made = 0;

function item(from: string | number, isAsked = false): Item {
  const address = typeof from === "string" ? at(from) : apart(from);
  return { id: made++, from: address, isAsked };
}

function fill(queue: CheckQueue<Item>, count: number, make: () => Item, now = 0): void {
  for (let i = 0; i < count; i++) {
    const one = make();
    if (queue.hasRoomFor(one, now)) queue.add(one, now);
  }
}

describe("the queue of checks", () => {
  test("keeps within its bounds, loses nothing it took, and each sender's order", () => {
    const random = seeded("check queue");
    for (let run = 0; run < 6 * SCALE; run++) {
      const isHonest = run % 2 === 0;
      const queue = new CheckQueue<Item>();
      const waiting = new Map<number, Item>();
      const last = new Map<string, number>();
      const flooder = random.below(20);
      for (let i = 0, now = 0; i < 20_000; i++, now += random.below(3)) {
        if (random.below(4) > 0) {
          const sender = random.below(2) === 0 ? flooder : random.below(20);
          const one = item(sender, random.below(2) === 0);
          if (!queue.hasRoomFor(one, now)) continue;
          waiting.set(one.id, one);
          const gone = queue.add(one, now);
          if (gone !== undefined) assert.ok(waiting.delete(gone.id));
        } else {
          const next = random.below(8) === 0 ? queue.nextDoubtful() : queue.next();
          if (next === undefined) continue;
          assert.ok(waiting.delete(next.id));
          if (!isHonest && random.below(500) === 0) queue.wasBad(next.from, now);
          const order = `${next.from.key} ${next.isAsked}`;
          // What somebody sends while in doubt waits elsewhere.
          if (isHonest) assert.ok(next.id > (last.get(order) ?? -1));
          last.set(order, next.id);
        }
        assert.ok(waiting.size <= 8_192 + 1_024 + 256);
      }
    }
  });

  test("whoever floods waits for itself alone", () => {
    const queue = new CheckQueue<Item>();
    fill(queue, 10_000, () => item(1));
    const honest = [2, 3, 4].map((sender) => item(sender));
    for (const one of honest) {
      assert.ok(queue.hasRoomFor(one, 0), "no room beside a flood");
      assert.notEqual(queue.add(one, 0), undefined, "the flood gives way");
    }
    const first = Array.from({ length: 4 }, () => queue.next()!);
    for (const one of honest) assert.ok(first.includes(one), "waits behind the flood");
  });

  test("what was asked for comes first, but for one turn of eight", () => {
    const queue = new CheckQueue<Item>();
    fill(queue, 100, () => item(1));
    fill(queue, 100, () => item(2, true));
    const turns = Array.from({ length: 80 }, () => queue.next()!);
    assert.equal(turns.filter(({ isAsked }) => isAsked).length, 70);
  });

  test("who sends bad signatures waits, twice as long each time, and so does its IPv6 /64", () => {
    const queue = new CheckQueue<Item>();
    const bad = item("[2a00:1:2:3::1]:1");
    const neighbour = item("[2a00:1:2:3::2]:7");
    const lane = (now: number) => queue.laneOf(neighbour, now);
    assert.equal(lane(0), "pushed");
    queue.wasBad(bad.from, 0);
    for (const now of [0, 500, 999]) {
      assert.equal(lane(now), "doubtful");
      queue.wasBad(bad.from, now);
    }
    assert.equal(lane(1_000), "pushed");
    queue.wasBad(bad.from, 1_500);
    assert.equal(lane(3_499), "doubtful");
    assert.equal(lane(3_500), "pushed");
    queue.wasBad(bad.from, 10_000);
    assert.equal(lane(10_999), "doubtful");
    assert.equal(lane(11_000), "pushed", "long ago is forgiven");
    assert.equal(queue.laneOf(item("[2a00:1:2:4::1]:1"), 0), "pushed");
  });

  test("behind a doubtful NAT everybody has a turn", () => {
    const queue = new CheckQueue<Item>();
    queue.wasBad(at("20.1.1.1:1"), 0);
    fill(queue, 1_000, () => item("20.1.1.1:1"));
    const honest = item("20.1.1.1:2");
    assert.ok(queue.hasRoomFor(honest, 0));
    queue.add(honest, 0);
    assert.equal(queue.next(), undefined);
    const first = [queue.nextDoubtful(), queue.nextDoubtful()];
    assert.ok(first.includes(honest));
  });
});
