import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Backlog } from "../../../bench/sim/backlog.ts";
import { LayeredStore } from "../../../bench/sim/layered-store.ts";
import { World } from "../../../node/testing/world.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import { type Held, heldOf } from "../../../node/sets/held.ts";
import { type BundleStore } from "../../../node/store/store.ts";
import { type Bundle, makeBundle } from "../../../wire/bundle.ts";
import { utf8 } from "../../../wire/bytes.ts";

const world = new World({ seed: 1 });
const overlay = world.overlay();
const secret = world.random("author").bytes(32);

/** 60 bundles at 40 global times, so that some share one; a third of them grants. */
const BUNDLES = Array.from({ length: 60 }, (_, i): Bundle => {
  const data = { kind: "data", payload: utf8(`bundle ${i}`) } as const;
  const grant = { kind: "grant", member: secret, write: true, grant: false } as const;
  const content = i % 3 === 0 ? grant : data;
  return makeBundle(world.crypto, overlay.key, secret, 1 + (i % 40), { content });
});

const KEY = { k0: 1, k1: 2 };

function held({ header, id }: Bundle): Held {
  return heldOf(header.globalTime, id);
}

function change(store: Pick<MemoryStore, "apply">, add: Bundle[], remove: Bundle[]): void {
  store.apply({ add, remove: remove.map(held), clock: 40, admitted: 60 });
}

function walk({ index }: BundleStore, way: "ascend" | "descend", from: number, limit: number) {
  const seen: number[][] = [];
  index[way](from, (...entry) => seen.push(entry) < limit);
  return seen;
}

describe("a layered store", () => {
  it("is like a plain one with the same history", () => {
    const some = fc.uniqueArray(fc.nat(BUNDLES.length - 1), { maxLength: 60 });
    const changes = fc.array(fc.tuple(some, some, some, some), { maxLength: 4 });
    const property = fc.property(
      some,
      changes,
      fc.nat(45),
      fc.integer({ min: 1, max: 70 }),
      (...drawn) => {
        const [inBase, steps, from, limit] = drawn;
        const [base, plain] = [new MemoryStore(), new MemoryStore()];
        const pick = (places: number[]): Bundle[] => places.map((i) => BUNDLES[i]!);
        for (const store of [base, plain]) change(store, pick(inBase), []);
        const layered = new LayeredStore(base, new Map());
        for (const [add, remove, aside, back] of steps) {
          for (const store of [layered, plain]) {
            change(store, pick(add), pick(remove));
            for (const bundle of pick(aside)) store.setAside(held(bundle), true);
            for (const bundle of pick(back)) store.setAside(held(bundle), false);
          }
        }
        assert.equal(layered.aside.size, plain.aside.size);
        assert.equal(layered.index.size, plain.index.size);
        assert.equal(layered.control.size, plain.control.size);
        for (const key of [KEY, { k0: 3, k1: 4 }, KEY]) {
          const { bytes } = layered.index.fingerprint(key);
          assert.deepEqual(bytes, plain.index.fingerprint(key)!.bytes);
          const control = layered.control.fingerprint(key).bytes;
          assert.deepEqual(control, plain.control.fingerprint(key)!.bytes);
        }
        for (const way of ["ascend", "descend"] as const) {
          assert.deepEqual(walk(layered, way, from, limit), walk(plain, way, from, limit));
        }
        assert.equal(layered.index.rank(from), plain.index.rank(from));
        for (let place = 0; place < plain.index.size; place++) {
          assert.equal(layered.index.timeAt(place), plain.index.timeAt(place));
        }
        for (const bundle of BUNDLES) {
          const place = held(bundle);
          assert.equal(layered.index.has(place), plain.index.has(place));
          assert.equal(layered.get(place)?.body, plain.get(place)?.body);
        }
      },
    );
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  it("leaves its base and its siblings alone", () => {
    const backlog = new Backlog(world, overlay, 20);
    const [first, second] = [backlog.store(), backlog.store()];
    const [one] = BUNDLES as [Bundle];
    change(first, [one], []);
    assert.equal(first.index.size, 22);
    assert.equal(second.index.size, 21);
    assert.equal(second.get(held(one)), undefined);
    assert.equal(backlog.emptyStore().index.size, 0);
  });

  it("knows the policy, the clock and how many were admitted from the beginning", () => {
    const store = new Backlog(world, overlay, 20).store();
    assert.equal([...store.watched()].length, 1);
    assert.deepEqual([store.clock, store.admitted, store.index.size], [21, 21, 21]);
  });
});

it("nodes with a backlog publish at once, and a node that joins empty gets everything", () => {
  const small = new World({ seed: 1 });
  const keys = small.overlay();
  const backlog = new Backlog(small, keys, 50);
  const seeds = [small.addTracker()];
  const nodes = [1, 2].map(() => small.addNode({ overlay: keys, seeds, store: backlog.store() }));
  small.run(10_000);
  small.publish(nodes[0]!);
  small.addNode({ overlay: keys, seeds, store: backlog.emptyStore() });
  assert.ok(small.runUntil(() => small.allHold(52), 120_000));
});
