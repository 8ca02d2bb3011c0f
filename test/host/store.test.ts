import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { open } from "lmdb";
import { LmdbStore } from "../../node/host/store/lmdb-store.ts";
import type { Commit, OverlayStore } from "../../node/host/store/overlay-store.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { type Held, heldOf } from "../../node/sets/held.ts";
import { type BundleStore, type Lane, setOf } from "../../node/store/store.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { bundleOf, temporaryFolder } from "./support.ts";

const OVERLAY = "ab".repeat(20);
const OTHER = "ac".repeat(20);

interface Subject {
  store: BundleStore;
  commit(commit: Commit): Promise<void>;
}

const subjects: Record<string, (t: TestContext) => Subject> = {
  memory: () => {
    const store = new MemoryStore();
    return { store, commit: async (commit) => store.apply(commit) };
  },
  lmdb: (t) => {
    const home = new LmdbStore(temporaryFolder(t));
    t.after(() => home.close());
    const store = home.overlay(OVERLAY);
    return { store, commit: (commit) => store.commit(commit) };
  },
};

const held = (bundle: Bundle): Held => heldOf(bundle.header.globalTime, bundle.id);

function add(...bundles: Bundle[]): Commit {
  const clock = Math.max(...bundles.map(({ header }) => header.globalTime));
  return { add: bundles, remove: [], clock, admitted: bundles.length };
}

function times(store: BundleStore, lane: Lane = "all"): number[] {
  const found: number[] = [];
  setOf(store, lane).ascend(0, (globalTime) => found.push(globalTime) > 0);
  return found;
}

function assertSame(actual: ReturnType<BundleStore["get"]>, expected: Bundle): void {
  assert.ok(actual);
  for (const part of ["author", "body", "signature"] as const) {
    assert.deepEqual(Buffer.from(actual[part]), Buffer.from(expected[part]));
  }
}

for (const [name, open] of Object.entries(subjects)) {
  test(`${name}: what is set aside is held and not compared, until it is put back or removed`, async (t) => {
    const { store, commit } = open(t);
    const [a, b] = [bundleOf(1, "a"), bundleOf(2, "b")];
    await commit(add(a, b));
    for (const bundle of [a, b]) store.setAside(held(bundle), true);
    store.setAside(held(bundleOf(3, "c")), true);
    assert.deepEqual([times(store), store.aside.size], [[], 2]);
    assertSame(store.get(held(a)), a);
    await commit(add(a));
    assert.deepEqual([times(store), store.aside.size], [[], 2]);
    store.setAside(held(b), false);
    assert.deepEqual([times(store), store.aside.size], [[2], 1]);
    await commit({ add: [], remove: [held(a)], clock: 2, admitted: 2 });
    assert.equal(store.aside.size, 0);
    assert.equal(store.get(held(a)), undefined);
  });

  test(`${name}: holds what was committed, in order, until it is removed`, async (t) => {
    const { store, commit } = open(t);
    const [a, b, c] = [bundleOf(3, "a"), bundleOf(1, "b"), bundleOf(2 ** 40, "c")];
    await commit(add(a, b, c));
    assert.deepEqual(times(store), [1, 3, 2 ** 40]);
    for (const bundle of [a, b, c]) assertSame(store.get(held(bundle)), bundle);

    await commit({
      add: [],
      remove: [heldOf(a.header.globalTime, a.id)],
      clock: 2 ** 40,
      admitted: 3,
    });
    assert.deepEqual(times(store), [1, 2 ** 40]);
    assert.equal(store.get(held(a)), undefined);
    assert.deepEqual([store.clock, store.admitted], [2 ** 40, 3]);
  });

  test(`${name}: a bundle that is not there is undefined`, (t) => {
    const { store } = open(t);
    assert.equal(store.get(held(bundleOf(1, "a"))), undefined);
    assert.equal(store.index.size, 0);
    assert.deepEqual([...store.watched()], []);
  });

  test(`${name}: control bundles come in the order of the index`, async (t) => {
    const { store, commit } = open(t);
    const member = new Uint8Array(32).fill(7);
    const grant = bundleOf(5, { kind: "grant", member, write: true, grant: false });
    const policy = bundleOf(2, { kind: "policy", writers: "members" });
    await commit(add(grant, bundleOf(3, "data"), policy));
    const [first, second, ...more] = store.watched();
    assertSame(first, policy);
    assertSame(second, grant);
    assert.equal(more.length, 0);
    assert.deepEqual(times(store, "control"), [2, 5]);
    store.setAside(held(grant), true);
    assert.deepEqual(times(store, "control"), [2]);
    store.setAside(held(grant), false);
    assert.deepEqual(times(store, "control"), [2, 5]);
    await commit({
      add: [],
      remove: [heldOf(policy.header.globalTime, policy.id)],
      clock: 5,
      admitted: 3,
    });
    assert.equal([...store.watched()].length, 1);
    assert.deepEqual(times(store, "control"), [5]);
  });

  test(`${name}: a bundle committed twice is held once`, async (t) => {
    const { store, commit } = open(t);
    const bundle = bundleOf(1, "a");
    await commit(add(bundle, bundle));
    await commit(add(bundle));
    assert.equal(store.index.size, 1);
  });
}

test("what was committed is there after closing and opening", async (t) => {
  const folder = temporaryFolder(t);
  const before = new LmdbStore(folder);
  const store = before.overlay(OVERLAY);
  const policy = bundleOf(1, { kind: "policy", writers: "open" });
  const data = Array.from({ length: 100 }, (_, i) => bundleOf(i + 2, `payload ${i}`));
  await store.commit(add(policy, ...data));
  await store.commit({
    add: [],
    remove: data.slice(50).map(({ header, id }) => heldOf(header.globalTime, id)),
    clock: 500,
    admitted: 101,
  });
  await store.rememberPeers(["127.0.0.1:1", "[::1]:2"]);
  await before.close();

  const after = new LmdbStore(folder);
  t.after(() => after.close());
  const again = after.overlay(OVERLAY);
  assert.equal(again.index.size, 51);
  assert.equal(again.controlCount, 1);
  assert.deepEqual([again.clock, again.admitted], [500, 101], "neither ever falls");
  assert.deepEqual(again.peers(), ["127.0.0.1:1", "[::1]:2"]);
  for (const bundle of data.slice(0, 50)) assertSame(again.get(held(bundle)), bundle);
});

test("overlays of a home do not see each other, also not where their ids are neighbours", async (t) => {
  const home = new LmdbStore(temporaryFolder(t));
  t.after(() => home.close());
  const [a, b] = [home.overlay(OVERLAY), home.overlay(OTHER)];
  await Promise.all([
    a.commit(add(bundleOf(1, "one"), bundleOf(2, "two"))),
    b.commit(add(bundleOf(9, "three"))),
  ]);
  assert.deepEqual([times(a), times(b)], [[1, 2], [9]]);
  assert.equal(b.get(held(bundleOf(1, "one"))), undefined);
});

test("a bundle is not in the index before its commit is done", async (t) => {
  const home = new LmdbStore(temporaryFolder(t));
  t.after(() => home.close());
  const store = home.overlay(OVERLAY);
  const done = store.commit(add(bundleOf(1, "a")));
  assert.equal(store.index.size, 0);
  await done;
  assert.equal(store.index.size, 1);
});

test("a damaged record is never served, is counted, and can be fetched again", async (t) => {
  const folder = temporaryFolder(t);
  const before = new LmdbStore(folder);
  const [good, bad] = [bundleOf(1, "this one is well"), bundleOf(2, "this one is hit")];
  await before.overlay(OVERLAY).commit(add(good, bad));
  await before.close();
  const path = join(folder, "store", "data.mdb");
  const file = readFileSync(path);
  const at = file.indexOf("this one is hit");
  assert.ok(at > 0);
  file[at]! ^= 1;
  writeFileSync(path, file);

  const after = new LmdbStore(folder);
  t.after(() => after.close());
  const store = after.overlay(OVERLAY);
  assert.equal(store.index.size, 2, "opening reads no values");
  assert.equal(store.get(held(bad)), undefined);
  assert.equal(store.damaged, 1);
  await Promise.resolve();
  assert.deepEqual(times(store), [1], "it counts as missing from now on");
  assertSame(store.get(held(good)), good);
  await store.commit(add(bad));
  assertSame(store.get(held(bad)), bad);
});

/** Ids of the bundles in the order in which they came. */
function came(store: OverlayStore): number[] {
  return store.arrivals(0, 1_000).map(({ held: { globalTime } }) => globalTime);
}

test("bundles are numbered in the order in which they came, each once, over a restart too", async (t) => {
  const folder = temporaryFolder(t);
  const first = new LmdbStore(folder);
  const before = first.overlay(OVERLAY);
  const [late, early] = [bundleOf(9, "late"), bundleOf(3, "early")];
  await before.commit(add(late));
  await before.commit(add(early, late, early));
  assert.deepEqual(came(before), [9, 3]);
  await before.commit({ add: [], remove: [held(early)], clock: 9, admitted: 2 });
  const { lastArrival } = before;
  assert.deepEqual(came(before), [9], "what is removed has no arrival");
  await first.close();

  const second = new LmdbStore(folder);
  t.after(() => second.close());
  const after = second.overlay(OVERLAY);
  assert.equal(after.lastArrival, lastArrival, "no number is given again");
  await after.commit(add(bundleOf(1, "later")));
  assert.deepEqual(came(after), [9, 1]);
  const [one, two] = after.arrivals(0, 2);
  assert.ok(two!.number > lastArrival, "the new one is the latest");
  assert.deepEqual(after.arrivals(one!.number, 9), [two], "from one on");
  assert.deepEqual(after.latest(1), [two], "backward");
  assert.deepEqual(after.latest(9, two!.number), [one], "backward from one on");
  const { arrival, cameMs } = after.get(two!.held)!;
  assert.equal(arrival, two!.number, "the record says it too");
  assert.ok(Math.abs(cameMs - Date.now()) < 3_600_000, "and when it came");
});

test("where readers stand is kept per overlay and name", async (t) => {
  const folder = temporaryFolder(t);
  const first = new LmdbStore(folder);
  await first.overlay(OVERLAY).markReader("a", "12");
  await first.overlay(OTHER).markReader("a", "13");
  await first.overlay(OVERLAY).markReader("b", "14");
  await first.overlay(OVERLAY).markReader("b", undefined);
  await first.close();
  const second = new LmdbStore(folder);
  t.after(() => second.close());
  const [one, other] = [second.overlay(OVERLAY), second.overlay(OTHER)];
  assert.deepEqual(
    [one.readerAt("a"), one.readerAt("b"), other.readerAt("a")],
    ["12", undefined, "13"],
  );
  assert.equal(one.readerCount(), 1);
});

for (const readOnly of [false, true]) {
  test(`a store of an older format is refused with a sentence, ${readOnly ? "read-only" : "writable"}`, async (t) => {
    const folder = temporaryFolder(t);
    await new LmdbStore(folder).close();
    const raw = open({ path: join(folder, "store"), keyEncoding: "binary", encoding: "binary" });
    await raw
      .openDB("meta", { keyEncoding: "binary", encoding: "binary" })
      .put(Buffer.from("format"), Buffer.of(1));
    await raw.close();
    const expected = { name: "HomeError", exitCode: 6, message: /another version .*format 1/ };
    assert.throws(() => new LmdbStore(folder, { readOnly }), expected);
  });
}

const PAGE_BYTES = 4_096;

for (const [what, hit] of Object.entries<(file: Buffer) => Buffer>({
  "another kind of file": () => Buffer.alloc(4 * PAGE_BYTES, "x"),
  zeroes: () => Buffer.alloc(4 * PAGE_BYTES),
  "a few bytes": () => Buffer.from("abc"),
  "one page": (file) => file.subarray(0, PAGE_BYTES),
  "a first page of zeroes": (file) =>
    Buffer.concat([Buffer.alloc(PAGE_BYTES), file.subarray(PAGE_BYTES)]),
})) {
  test(`a database that is ${what} is refused with a sentence`, async (t) => {
    const folder = temporaryFolder(t);
    await new LmdbStore(folder).close();
    const path = join(folder, "store", "data.mdb");
    writeFileSync(path, hit(readFileSync(path)));
    assert.throws(() => new LmdbStore(folder), { name: "HomeError", exitCode: 6 });
  });
}
