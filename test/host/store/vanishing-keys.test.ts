import assert from "node:assert/strict";
import fs, {
  chmodSync,
  cpSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { type TestContext, mock, test } from "node:test";
import { DOUBT_MS } from "../../../node/core/wall-clock.ts";
import { LmdbStore } from "../../../node/host/store/lmdb-store.ts";
import { OverlayStore } from "../../../node/host/store/overlay-store.ts";
import { PERIOD_S, VanishingKeys, periodOf } from "../../../node/host/store/vanishing-keys.ts";
import { heldOf } from "../../../node/sets/held.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { type Bundle, makeBundle } from "../../../wire/bundle.ts";
import { utf8 } from "../../../wire/bytes.ts";
import { AUTHOR_SECRET, OVERLAY_KEY, temporaryFolder } from "../support.ts";

const OVERLAY = "ab".repeat(20);
const HOUR_MS = 3_600_000;
/** The beginning of a period. */
const START_S = PERIOD_S * 2_000_000;
const START_MS = START_S * 1_000;
const SECRET = "the code is 4711";

/** A machine's clocks, which stand still unless told. */
class Clocks {
  monotonicMs = 0;
  wallMs = START_MS;
  readonly now = () => ({ now: this.monotonicMs, wall: this.wallMs });

  /** Both go on, without a jump. */
  pass(ms: number): void {
    this.monotonicMs += ms;
    this.wallMs += ms;
  }
}

function expiring(time: number, expires: number, payload = SECRET): Bundle {
  const content = { kind: "data", payload: utf8(payload) } as const;
  return makeBundle(nativeCrypto, OVERLAY_KEY, AUTHOR_SECRET, time, { content, expires });
}

async function store(overlay: OverlayStore, ...add: Bundle[]): Promise<void> {
  await overlay.commit({ add, remove: [], clock: add.length, admitted: add.length });
}

const get = (overlay: OverlayStore, { header, id }: Bundle) =>
  overlay.get(heldOf(header.globalTime, id));

/** Puts another function of the file system in the place of one; returns what puts it back. */
function replaced<Name extends "writeSync" | "fdatasync">(
  name: Name,
  other: (...given: Parameters<(typeof fs)[Name]>) => never | void,
): () => void {
  const method = mock.method(fs, name, other as never);
  syncBuiltinESMExports();
  return () => {
    method.mock.restore();
    syncBuiltinESMExports();
  };
}

/** Slots that hold a key by their own account. */
function slotsOf(path: string): number {
  const bytes = readFileSync(path);
  let count = 0;
  for (let at = 64; at < bytes.length; at += 64) if (bytes.readUInt32BE(at) !== 0) count++;
  return count;
}

function keysIn(t: TestContext, clocks = new Clocks()) {
  const path = join(temporaryFolder(t), "vanishing.keys");
  const open = () => {
    const keys = new VanishingKeys(path, { now: clocks.now });
    t.after(() => keys.close().catch(() => {}));
    return keys;
  };
  return { path, clocks, open };
}

test("a period ends when the last of it expires, and what expires far away has one too", () => {
  const { [0]: a, [1]: b, [2]: c } = [START_S, START_S + 1, START_S + PERIOD_S].map(periodOf);
  assert.deepEqual([a! * PERIOD_S, b! * PERIOD_S, c], [START_S, START_S + PERIOD_S, b]);
  assert.equal(periodOf(Number.MAX_SAFE_INTEGER), 2 ** 32 - 1);
  assert.equal(periodOf(1), 1);
});

test("a key is the same over restarts, another one for each period, and nobody else's to read", async (t) => {
  const { path, open } = keysIn(t);
  const before = open();
  const [one, two] = [periodOf(START_S + 1), periodOf(START_S + PERIOD_S + 1)];
  const made = await before.provide([one, two, one]);
  assert.notDeepEqual(made.get(one), made.get(two));
  assert.deepEqual((await before.provide([one])).get(one), made.get(one));
  await before.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  chmodSync(path, 0o644);
  const after = open();
  assert.deepEqual(after.key(one), made.get(one));
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a key is on the disk before anything is sealed under it", async (t) => {
  const { open } = keysIn(t);
  const keys = open();
  const period = periodOf(START_S + 60);
  let isSynced = false;
  const { fdatasync } = fs;
  const end = replaced("fdatasync", (file, done) => {
    setTimeout(() => {
      isSynced = true;
      fdatasync(file, done);
    }, 50);
  });
  const steps: string[] = [];
  const write = async (action: () => void): Promise<void> => {
    action();
  };
  const table = {
    get: () => undefined,
    put: async () => steps.push(isSynced ? "sealed" : "sealed too early") > 0,
    remove: async () => true,
    getKeys: () => [],
  };
  const [bundles, none] = [table, { ...table, put: async () => true }];
  const overlay = new OverlayStore(new Uint8Array(20), {
    bundles,
    watched: none,
    arrivals: none,
    readers: none,
    meta: none,
    write,
    keysOf: (periods) => keys.provide(periods),
    keyOf: (wanted) => keys.key(wanted),
  });
  const together = [keys.provide([period]), store(overlay, expiring(1, START_S + 60))];
  assert.equal(keys.key(period), undefined, "nor used for another commit meanwhile");
  await Promise.all(together);
  end();
  assert.deepEqual(steps, ["sealed"]);
});

test("a key that the disk refuses fails the commit, changes nothing, and leaves no second key behind", async (t) => {
  const home = temporaryFolder(t);
  const lmdb = new LmdbStore(home, { now: new Clocks().now });
  const overlay = lmdb.overlay(OVERLAY);
  const bundle = expiring(1, START_S + 60);
  const end = replaced("writeSync", () => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  });
  await assert.rejects(store(overlay, bundle), { message: "the disk is full (ENOSPC)" });
  end();
  assert.equal(overlay.index.size, 0);
  await store(overlay, bundle);
  assert.ok(get(overlay, bundle), "once there is room");
  await lmdb.close();
  assert.equal(slotsOf(join(home, "vanishing.keys")), 1);
});

test("a key that the disk may have is gone before its period has another, so a crash takes neither for the other", async (t) => {
  const { path, clocks, open } = keysIn(t);
  const keys = open();
  const period = periodOf(START_S + 60);
  const end = replaced("fdatasync", (_file, done) => {
    setImmediate(done, Object.assign(new Error("EIO"), { code: "EIO" }));
  });
  await assert.rejects(keys.provide([period]));
  end();
  const secret = (await keys.provide([period])).get(period)!;
  const copy = `${path}.crashed`;
  cpSync(path, copy);
  assert.equal(slotsOf(copy), 1, "of two, one would outlive its period");
  const after = new VanishingKeys(copy, { now: clocks.now });
  assert.deepEqual(after.key(period), Buffer.from(secret), "what was sealed under it is read");
  await after.close();
});

test("of two keys of one period, which only a torn write leaves, one is overwritten", async (t) => {
  const { path, open } = keysIn(t);
  const keys = open();
  await keys.provide([periodOf(START_S + 60)]);
  await keys.close();
  const bytes = readFileSync(path);
  const slot = Array.from({ length: 63 }, (_, i) => 64 * (i + 1)).find(
    (at) => bytes.readUInt32BE(at) !== 0,
  )!;
  bytes.copy(bytes, slot === 64 ? 128 : 64, slot, slot + 64);
  writeFileSync(path, bytes);
  assert.equal(slotsOf(path), 2);
  await open().close();
  assert.equal(slotsOf(path), 1);
});

test("what is over before the disk took its key is sealed for nobody, and spoils nothing else", async (t) => {
  const { clocks, open } = keysIn(t);
  const keys = open();
  const period = periodOf(START_S + 60);
  clocks.pass(DOUBT_MS);
  const before = (await keys.provide([period])).get(period)!;
  const { fdatasync } = fs;
  const end = replaced("fdatasync", (file, done) => {
    clocks.pass(PERIOD_S * 1_000);
    keys.look();
    fdatasync(file, done);
  });
  const given = await keys.provide([period, period + 100]);
  end();
  assert.equal(keys.key(period), undefined, "it went meanwhile");
  assert.notDeepEqual(given.get(period), before, "nothing more is sealed under what is gone");
  assert.deepEqual(keys.key(period + 100), given.get(period + 100), "the other one is there");
});

test("when its period is over a key is overwritten where it stood, and its slot serves again", async (t) => {
  const { path, clocks, open } = keysIn(t);
  const keys = open();
  const period = periodOf(START_S + 60);
  const secret = Buffer.from((await keys.provide([period])).get(period)!);
  const size = statSync(path).size;
  assert.ok(readFileSync(path).includes(secret), "it is there");
  clocks.pass(PERIOD_S * 1_000 - 1);
  keys.look();
  assert.ok(keys.key(period), "not before");
  clocks.pass(1);
  keys.look();
  assert.equal(keys.key(period), undefined);
  await keys.close();
  assert.ok(!readFileSync(path).includes(secret), "gone from the file");
  assert.deepEqual([slotsOf(path), statSync(path).size], [0, size]);
  const again = open();
  await again.provide(Array.from({ length: 63 }, (_, i) => period + 2 + i));
  assert.deepEqual([slotsOf(path), statSync(path).size], [63, size]);
});

test("what cannot be overwritten now is tried again, and is not read meanwhile", async (t) => {
  const { path, clocks, open } = keysIn(t);
  const keys = open();
  const period = periodOf(START_S + 60);
  await keys.provide([period]);
  const end = replaced("writeSync", () => {
    throw Object.assign(new Error("EIO"), { code: "EIO" });
  });
  clocks.pass(HOUR_MS);
  keys.look();
  await new Promise((resolve) => setImmediate(resolve));
  end();
  assert.deepEqual([keys.key(period), slotsOf(path)], [undefined, 1]);
  keys.look();
  await keys.close();
  assert.equal(slotsOf(path), 0);
});

test("while the clock is in doubt no key goes: at the start, after a jump, and when it cannot be right", async (t) => {
  const { clocks, open } = keysIn(t);
  const keys = open();
  const period = periodOf(START_S + HOUR_MS / 1_000);
  await keys.provide([period]);
  const looks = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clocks.pass(1_000);
      keys.look();
    }
  };
  looks(DOUBT_MS + 1_000);
  clocks.wallMs += 365 * 24 * HOUR_MS;
  looks(DOUBT_MS - 2_000);
  assert.ok(keys.key(period), "a year ahead for less than five minutes");
  clocks.wallMs -= 365 * 24 * HOUR_MS;
  looks(2 * DOUBT_MS);
  assert.ok(keys.key(period), "back again");
  clocks.wallMs -= START_MS;
  looks(HOUR_MS);
  assert.ok(keys.key(period), "in 1970");
  clocks.wallMs += START_MS + HOUR_MS;
  looks(DOUBT_MS - 2_000);
  assert.ok(keys.key(period));
  looks(3_000);
  assert.equal(keys.key(period), undefined, "an hour later for good");
});

test("a node that never runs for five minutes lets go at its next start but one", async (t) => {
  const { clocks, open } = keysIn(t);
  const session = async (work: (keys: VanishingKeys) => unknown) => {
    const keys = open();
    await work(keys);
    clocks.pass(60_000);
    keys.look();
    await keys.close();
  };
  const period = periodOf(START_S + 60);
  const has: boolean[] = [];
  await session((keys) => keys.provide([period]));
  for (let day = 1; day <= 3; day++) {
    clocks.wallMs += 24 * HOUR_MS;
    await session((keys) => has.push(keys.key(period) !== undefined));
  }
  assert.deepEqual(has, [true, false, false]);
});

test("two starts within a minute with a clock a year ahead let nothing go", async (t) => {
  const { clocks, open } = keysIn(t);
  const period = periodOf(START_S + HOUR_MS / 1_000);
  const first = open();
  await first.provide([period]);
  await first.close();
  clocks.wallMs += 365 * 24 * HOUR_MS;
  for (let starts = 0; starts < 3; starts++) {
    await open().close();
    clocks.pass(60_000);
  }
  clocks.wallMs -= 365 * 24 * HOUR_MS;
  assert.ok(open().key(period), "it is still there");
});

test("a torn write of a key, of the clock's marks or at the end of the file spoils nothing else", async (t) => {
  const { path, open } = keysIn(t);
  const keys = open();
  const periods = Array.from({ length: 70 }, (_, i) => periodOf(START_S + 60) + i);
  await keys.provide(periods);
  await keys.close();
  const whole = readFileSync(path);
  const survivors = (bytes: Buffer): number => {
    writeFileSync(path, bytes);
    const opened = open();
    return periods.filter((period) => opened.key(period) !== undefined).length;
  };
  assert.equal(survivors(whole), 70);
  for (const at of [0, 64, 64 * 35 + 7]) {
    const torn = Buffer.from(whole);
    torn.fill(0xa5, at, at + 20);
    assert.equal(survivors(torn), at === 0 ? 70 : 69, `torn at ${at}`);
  }
  assert.equal(survivors(whole.subarray(0, whole.length - 10)), 69);
  truncateSync(path, 0);
  assert.equal(survivors(Buffer.alloc(0)), 0);
});

test("with its key a record has gone, unlike one that is damaged, and is forgotten", async (t) => {
  const home = temporaryFolder(t);
  const clocks = new Clocks();
  const before = new LmdbStore(home, { now: clocks.now });
  const [soon, late] = [expiring(1, START_S + 60), expiring(2, START_S + 2 * PERIOD_S)];
  await store(before.overlay(OVERLAY), soon, late);
  await before.close();
  // Two sessions with a day between them: the first one's clock knew that the period was over.
  for (let session = 0; session < 2; session++) {
    clocks.wallMs += session === 0 ? PERIOD_S * 1_000 : 2 * DOUBT_MS;
    await new LmdbStore(home, { now: clocks.now }).close();
  }
  const after = new LmdbStore(home, { now: clocks.now });
  t.after(() => after.close());
  const overlay = after.overlay(OVERLAY);
  assert.deepEqual([...overlay.watched()].length, 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([overlay.index.size, overlay.damaged], [1, 0]);
  assert.ok(get(overlay, late), "the other one is there");
  assert.ok([...after.audit()].every(Boolean), "nothing is damaged");
});

for (const vanishing of [true, false]) {
  const outcome = vanishing ? "yields nothing" : "yields all with the switch off";
  test(`a copy of the store, taken an hour after expiry and opened with all keys, ${outcome}`, async (t) => {
    const home = temporaryFolder(t);
    const clocks = new Clocks();
    const lmdb = new LmdbStore(home, { now: clocks.now, vanishing });
    t.after(() => lmdb.close());
    const overlay = lmdb.overlay(OVERLAY);
    const bundle = expiring(1, START_S + 1);
    await store(overlay, bundle);
    assert.ok(get(overlay, bundle), "it is served until it expires");
    for (let passed = 0; passed < 1_000 + HOUR_MS; passed += 10_000) {
      clocks.pass(10_000);
      lmdb.look();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Nothing was removed: as on a node whose disk is full, or that has not begun with it.
    const copy = temporaryFolder(t);
    cpSync(home, copy, { recursive: true });
    const opened = new LmdbStore(copy, { now: () => ({ now: 0, wall: START_MS }) });
    t.after(() => opened.close());
    assert.equal(opened.overlay(OVERLAY).index.size, 1);
    assert.equal(get(opened.overlay(OVERLAY), bundle) === undefined, vanishing);
    const bytes = readFileSync(join(copy, "store", "data.mdb"));
    assert.equal(bytes.includes(SECRET), !vanishing);
    assert.equal(bytes.includes(Buffer.from(bundle.author)), !vanishing);
  });
}

test("a read-only copy of a home reads what has not expired, and makes and changes no file", async (t) => {
  const home = temporaryFolder(t);
  const clocks = new Clocks();
  const before = new LmdbStore(home, { now: clocks.now });
  const bundle = expiring(1, START_S + 60);
  await store(before.overlay(OVERLAY), bundle);
  await before.close();
  const file = join(home, "vanishing.keys");
  const bytes = readFileSync(file);
  clocks.wallMs += 24 * HOUR_MS;
  for (let times = 0; times < 2; times++) {
    const reading = new LmdbStore(home, { readOnly: true, now: clocks.now });
    assert.ok(get(reading.overlay(OVERLAY), bundle), "it is there for whoever asks the store");
    await reading.close();
  }
  assert.deepEqual(readFileSync(file), bytes);
});

test("two nodes on a cloned home: each lets its own copy of a key go, and new keys differ", async (t) => {
  const [home, clone] = [temporaryFolder(t), temporaryFolder(t)];
  const clocks = new Clocks();
  const before = new LmdbStore(home, { now: clocks.now });
  const bundle = expiring(1, START_S + 60);
  await store(before.overlay(OVERLAY), bundle);
  await before.close();
  cpSync(home, clone, { recursive: true });
  const both = [home, clone].map((path) => new LmdbStore(path, { now: clocks.now }));
  for (const lmdb of both) t.after(() => lmdb.close());
  const later = expiring(2, START_S + 2 * PERIOD_S);
  for (const lmdb of both) await store(lmdb.overlay(OVERLAY), later);
  const slots = [home, clone].map((path) => readFileSync(join(path, "vanishing.keys")));
  assert.notDeepEqual(slots[0], slots[1]);
  clocks.pass(PERIOD_S * 1_000);
  for (const lmdb of both) lmdb.look();
  for (const lmdb of both) assert.equal(get(lmdb.overlay(OVERLAY), bundle), undefined);
  for (const lmdb of both) assert.ok(get(lmdb.overlay(OVERLAY), later), "what has not expired");
});
