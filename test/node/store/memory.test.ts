import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../../node/store/memory.ts";
import { heldOf } from "../../../node/sets/held.ts";
import type { Bundle, Content } from "../../../wire/bundle.ts";
import { fakeBundle, seeded } from "../sync/fixtures.ts";

const random = seeded(1);

function bundleOf(globalTime: number, content: Content): Bundle {
  return { ...fakeBundle(globalTime, random), header: { globalTime, content } };
}

const held = (bundle: Bundle) => heldOf(bundle.header.globalTime, bundle.id);

test("holds what was committed until it is removed", () => {
  const store = new MemoryStore();
  const [a, b] = [fakeBundle(3, random), fakeBundle(1, random)];
  store.apply({ add: [a, b], remove: [], clock: 7, admitted: 2 });
  assert.equal(store.index.size, 2);
  assert.deepEqual(store.get(held(a)), a);
  assert.deepEqual([store.clock, store.admitted], [7, 2]);

  store.apply({ add: [], remove: [heldOf(a.header.globalTime, a.id)], clock: 7, admitted: 2 });
  assert.equal(store.get(held(a)), undefined);
  assert.equal(store.index.has(held(a)), false);
  assert.deepEqual(store.get(held(b)), b);
  assert.deepEqual([store.clock, store.admitted], [7, 2]);
});

test("a bundle committed twice is held once", () => {
  const store = new MemoryStore();
  const bundle = fakeBundle(1, random);
  store.apply({ add: [bundle, bundle], remove: [], clock: 1, admitted: 1 });
  store.apply({ add: [bundle], remove: [], clock: 1, admitted: 1 });
  assert.equal(store.index.size, 1);
});

test("control bundles are the kept policies and grants, in the order of the index", () => {
  const store = new MemoryStore();
  const grant = bundleOf(5, {
    kind: "grant",
    member: new Uint8Array(32),
    write: true,
    grant: false,
  });
  const policy = bundleOf(2, { kind: "policy", writers: "members" });
  const later = bundleOf(9, { kind: "policy", writers: "open" });
  const data = bundleOf(3, { kind: "data", payload: new Uint8Array(1) });
  const unknown = bundleOf(4, { kind: "opaque", number: 3 });
  store.apply({ add: [grant, later, data, policy, unknown], remove: [], clock: 9, admitted: 5 });
  assert.deepEqual([...store.watched()], [policy, grant, later]);
  store.apply({
    add: [],
    remove: [grant, data].map((each) => heldOf(each.header.globalTime, each.id)),
    clock: 9,
    admitted: 5,
  });
  assert.deepEqual([...store.watched()], [policy, later]);
});
