import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FairShare, type SharePlace } from "../../candidates/fair-share.ts";
import { SharedQuota } from "../../candidates/shared-quota.ts";
import { SCALE, seeded } from "./support.ts";

/** What a share ought to do, slowly: members in their order, groups in turn. */
class Model {
  readonly groups = new Map<string, number[]>();

  remove(name: string, value: number): void {
    const left = this.groups.get(name)!.filter((other) => other !== value);
    if (left.length === 0) this.groups.delete(name);
    else this.groups.set(name, left);
  }

  get largest(): number {
    return Math.max(0, ...[...this.groups.values()].map(({ length }) => length));
  }
}

describe("a fair share", () => {
  test("knows who holds most, and of each group the oldest, whatever comes and goes", () => {
    const random = seeded("fair share");
    for (let run = 0; run < 20 * SCALE; run++) {
      const share = new FairShare<number>();
      const model = new Model();
      const places = new Map<number, { place: SharePlace<number>; name: string }>();
      for (let value = 0; value < 500; value++) {
        const name = `${random.below(8)}`;
        if (random.below(3) > 0 || places.size === 0) {
          places.set(value, { place: share.add(value, name), name });
          model.groups.set(name, [...(model.groups.get(name) ?? []), value]);
        } else {
          const keys = [...places.keys()];
          const gone = keys[random.below(keys.length)]!;
          const held = places.get(gone)!;
          const isRenewed = random.below(2) === 0;
          model.remove(held.name, gone);
          if (isRenewed) {
            share.renew(held.place);
            model.groups.set(held.name, [...(model.groups.get(held.name) ?? []), gone]);
          } else {
            share.remove(held.place);
            places.delete(gone);
          }
        }
        assert.equal(share.size, places.size);
        const spared = share.mostSpared();
        if (places.size > 0) {
          const { name: greediest } = places.get(spared!)!;
          assert.equal(model.groups.get(greediest)!.length, model.largest);
          assert.equal(model.groups.get(greediest)![0], spared);
        } else assert.equal(spared, undefined);
        const own = model.groups.get(name)?.length ?? 0;
        assert.equal(share.sizeOf(name), own);
        assert.equal(share.oldestOf(name), model.groups.get(name)?.[0]);
        assert.equal(share.givesWayTo(name) !== undefined, model.largest > own + 1);
      }
    }
  });

  test("gives everybody a turn, however much one group holds", () => {
    const share = new FairShare<string>();
    const places = new Map<string, SharePlace<string>>();
    const add = (name: string, count: number): void => {
      for (let i = 0; i < count; i++) places.set(`${name}${i}`, share.add(`${name}${i}`, name));
    };
    add("a", 1_000);
    add("b", 2);
    add("c", 1);
    const taken = Array.from({ length: 6 }, () => {
      const next = share.next()!;
      share.remove(places.get(next)!);
      return next;
    });
    assert.deepEqual(taken, ["a0", "b0", "c0", "a1", "b1", "a2"]);
  });

  test("shared out to whoever has fewer, ends evenly", () => {
    const share = new FairShare<number>();
    const places = new Map<number, SharePlace<number>>();
    const add = (value: number, name: string): void => {
      if (share.size >= 100) {
        const gone = share.givesWayTo(name);
        if (gone === undefined) return;
        share.remove(places.get(gone)!);
      }
      places.set(value, share.add(value, name));
    };
    for (let value = 0; value < 10_000; value++) add(value, "flood");
    for (let value = 0; value < 1_000; value++) add(10_000 + value, `${value % 3}`);
    for (const name of ["flood", "0", "1", "2"]) assert.equal(share.sizeOf(name), 25);
  });
});

describe("a shared quota", () => {
  test("always has one left for a newcomer while there is any, and never gives out more than there are", () => {
    const random = seeded("shared quota");
    for (let run = 0; run < 20 * SCALE; run++) {
      const max = 1 + random.below(60);
      const quota = new SharedQuota(max);
      const held: string[] = [];
      for (let i = 0; i < 500; i++) {
        const name = `${random.below(10)}`;
        const before = held.length;
        const own = held.filter((other) => other === name).length;
        assert.equal(quota.hasRoomFor("newcomer"), before < max);
        if (random.below(4) > 0) {
          const isTaken = quota.take(name);
          assert.equal(isTaken, own < max - before);
          if (isTaken) held.push(name);
        } else if (own > 0) {
          quota.release(name);
          held.splice(held.indexOf(name), 1);
        }
        assert.ok(held.length <= max);
      }
    }
  });

  test("gives n groups as much each, and leaves as much again", () => {
    for (const groups of [1, 2, 3, 7]) {
      const quota = new SharedQuota(960);
      const taken = Array.from({ length: groups }, () => 0);
      for (let i = 0; i < 10_000; i++) if (quota.take(`${i % groups}`)) taken[i % groups]!++;
      for (const count of taken) assert.ok(Math.abs(count - 960 / (groups + 1)) <= 1, `${taken}`);
    }
  });
});
