import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { formatBytes, parseBytes } from "../../node/host/byte-size.ts";
import { DiskError } from "../../node/host/files/disk-error.ts";
import { DiskSpace, spaceOf } from "../../node/host/store/disk-space.ts";
import { HomeError } from "../../node/host/errors.ts";
import { LmdbStore } from "../../node/host/store/lmdb-store.ts";
import type { OverlayStore } from "../../node/host/store/overlay-store.ts";
import { KEYS_FILE, PERIOD_S } from "../../node/host/store/vanishing-keys.ts";
import type { StorageRoom } from "../../node/core/inputs.ts";
import { heldOf } from "../../node/sets/held.ts";
import { type Kind, MB, type SmallDisk, smallDisk } from "../e2e/small-disk.ts";
import { bundleOf, temporaryFolder, until } from "./support.ts";

const OVERLAY = "ab".repeat(20);
const OTHER = "ac".repeat(20);
const KINDS = ["tmpfs", "ext4"] as const;

function diskOf(t: TestContext, kind: Kind): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-test-"));
  const disk = smallDisk(t, kind, folder);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (typeof disk !== "string") return disk;
  t.skip(disk);
  return undefined;
}

function commit(store: OverlayStore, count: number): Promise<void> {
  const first = store.clock + 1;
  const add = Array.from({ length: count }, (_, i) => bundleOf(first + i, "x".repeat(900)));
  const clock = first + count - 1;
  return store.commit({ add, remove: [], clock, admitted: clock });
}

/** Slots of a file of keys that name a period (node/host/store/vanishing-keys.ts). */
function keysIn(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const slots = Array.from({ length: bytes.length / 64 - 1 }, (_, i) =>
    bytes.subarray((i + 1) * 64, (i + 2) * 64),
  );
  return slots.filter((slot) => slot.readUInt32BE(0) !== 0);
}

const isFull = (error: unknown): boolean =>
  error instanceof DiskError && error.message === "the disk is full (ENOSPC)";

for (const kind of KINDS) {
  test(`${kind}: a full disk rejects each write by name, changes nothing, and goes on with room`, async (t) => {
    // The runner fails a test in which a promise is left rejected.
    const disk = diskOf(t, kind);
    if (disk === undefined) return;
    const home = new LmdbStore(disk.path);
    t.after(() => home.close());
    const [store, other] = [home.overlay(OVERLAY), home.overlay(OTHER)];
    const stored = bundleOf(1, "stored");
    await store.commit({ add: [stored], remove: [], clock: 1, admitted: 1 });
    disk.fill(64 * 1024);
    for (let tries = 0; tries < 5; tries++) {
      // All three share a transaction, of one turn of the event loop.
      const results = await Promise.allSettled([
        commit(store, 200),
        commit(other, 200),
        store.rememberPeers(["192.0.2.1:1"]),
      ]);
      for (const result of results) {
        assert.equal(result.status, "rejected");
        assert.ok(isFull(result.reason), String(result.reason));
      }
      assert.deepEqual([store.index.size, store.clock, other.index.size], [1, 1, 0]);
      assert.deepEqual(store.peers(), []);
    }
    assert.ok(store.get(heldOf(1, stored.id)), "it serves");
    disk.makeRoom();
    await Promise.all([
      commit(store, 200),
      commit(other, 200),
      store.rememberPeers(["192.0.2.1:1"]),
    ]);
    assert.deepEqual([store.index.size, other.index.size], [201, 200]);
    assert.deepEqual(store.peers(), ["192.0.2.1:1"]);
    await home.close();
    const again = new LmdbStore(disk.path);
    assert.equal(again.overlay(OVERLAY).index.size, 201);
    await again.close();
  });

  test(`${kind}: on a full disk keys are overwritten all the same, and what expires is refused by name`, async (t) => {
    const disk = diskOf(t, kind);
    if (disk === undefined) return;
    const clocks = { now: 0, wall: Date.now() };
    const pass = (ms: number): void => {
      clocks.now += ms;
      clocks.wall += ms;
    };
    const home = new LmdbStore(disk.path, { now: () => ({ ...clocks }) });
    t.after(() => home.close());
    const store = home.overlay(OVERLAY);
    const expires = Math.ceil(clocks.wall / 1_000) + 600;
    const expiring = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        bundleOf(store.clock + 1 + i, `${i}`, { expires: expires + i * PERIOD_S }),
      );
    const [brief] = expiring(1);
    await store.commit({ add: [brief!], remove: [], clock: 1, admitted: 1 });
    const file = join(disk.path, KEYS_FILE);
    const key = keysIn(file)[0]!;
    disk.fill(0);
    const refused = store.commit({ add: expiring(200), remove: [], clock: 201, admitted: 201 });
    await assert.rejects(refused, isFull);
    assert.equal(store.index.size, 1);
    pass(600_000);
    home.look();
    pass(2 * PERIOD_S * 1_000);
    home.look();
    assert.equal(store.get(heldOf(1, brief!.id)), undefined);
    await until("it is overwritten", () => !readFileSync(file).includes(key));
    disk.makeRoom();
    await store.commit({ add: expiring(200), remove: [], clock: 201, admitted: 201 });
  });

  test(`${kind}: a database opens and serves on a disk without a byte of room`, async (t) => {
    const disk = diskOf(t, kind);
    if (disk === undefined) return;
    const before = new LmdbStore(disk.path);
    await commit(before.overlay(OVERLAY), 50);
    await before.close();
    const lock = statSync(join(disk.path, "store", "lock.mdb"));
    assert.ok(
      lock.blocks * 512 >= lock.size,
      "the lock, which is mapped for writing, has no holes",
    );
    disk.fill(0);
    const home = new LmdbStore(disk.path);
    t.after(() => home.close());
    const store = home.overlay(OVERLAY);
    assert.equal(store.index.size, 50);
    const held: ReturnType<typeof heldOf>[] = [];
    store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
      return held.push({ globalTime, w0, w1, w2, w3 }) > 0;
    });
    assert.ok(held.every((one) => store.get(one) !== undefined));
  });

  test(`${kind}: a lock with holes on a full disk is refused with a sentence`, async (t) => {
    const disk = diskOf(t, kind);
    if (disk === undefined) return;
    await new LmdbStore(disk.path).close();
    const lock = join(disk.path, "store", "lock.mdb");
    truncateSync(lock, 0);
    truncateSync(lock, 8_272);
    disk.fill(0);
    assert.throws(() => new LmdbStore(disk.path), {
      name: "HomeError",
      exitCode: 1,
      message: /ENOSPC/,
    });
    disk.makeRoom();
    await new LmdbStore(disk.path).close();
  });
}

test("tmpfs: a database cut short is refused on a full disk, where its holes cannot be read", async (t) => {
  const disk = diskOf(t, "tmpfs");
  if (disk === undefined) return;
  const before = new LmdbStore(disk.path);
  await commit(before.overlay(OVERLAY), 100);
  await before.close();
  const data = join(disk.path, "store", "data.mdb");
  truncateSync(data, 64 * 1024);
  disk.fill(0);
  assert.throws(
    () => new LmdbStore(disk.path),
    (error: unknown) => {
      return error instanceof HomeError && error.exitCode === 1 && /ENOSPC/.test(error.message);
    },
  );
});

test("a damaged record on a full disk is not served, and ends nothing", async (t) => {
  const disk = diskOf(t, "tmpfs");
  if (disk === undefined) return;
  const before = new LmdbStore(disk.path);
  const bad = bundleOf(1, "this one is hit");
  await before.overlay(OVERLAY).commit({ add: [bad], remove: [], clock: 1, admitted: 1 });
  await before.close();
  const path = join(disk.path, "store", "data.mdb");
  const file = readFileSync(path);
  file[file.indexOf("this one is hit")]! ^= 1;
  writeFileSync(path, file);
  disk.fill(0);
  const home = new LmdbStore(disk.path);
  t.after(() => home.close());
  const store = home.overlay(OVERLAY);
  assert.equal(store.get(heldOf(1, bad.id)), undefined);
  // Whether that could be written down or not.
  await store.rememberPeers(["192.0.2.1:1"]).catch(() => {});
  assert.equal(store.index.size, 0);
});

test("free space is watched: the floor, the reserve below it, and room after a failed write", async (t) => {
  const disk = diskOf(t, "tmpfs");
  if (disk === undefined) return;
  const rooms: StorageRoom[] = [];
  const space = new DiskSpace(disk.path, MB, (room) => rooms.push(room));
  t.after(() => space.close());
  assert.equal(space.room, "ample");
  for (const [freeBytes, room] of [
    [MB / 2, "reserve"],
    [MB / 8, "none"],
    [2 * MB, "ample"],
  ] as const) {
    disk.fill(freeBytes);
    await until(room, () => space.room === room);
  }
  assert.deepEqual(rooms, ["reserve", "none", "ample"]);
  // Failed for the lack of something that a measure does not show.
  space.written(true);
  disk.makeRoom();
  await until("it says so once more", () => rooms.length === 4);
  assert.equal(rooms[3], "ample");
});

test("the default floor is a twentieth of the filesystem, and 256 MiB at most", (t) => {
  const path = temporaryFolder(t);
  const { totalBytes } = spaceOf(path)!;
  const space = new DiskSpace(path, undefined, () => {});
  t.after(() => space.close());
  assert.equal(space.minFreeBytes, Math.min(256 * MB, Math.floor(totalBytes / 20)));
  const small = diskOf(t, "tmpfs");
  if (small === undefined) return;
  const ofSmall = new DiskSpace(small.path, undefined, () => {});
  t.after(() => ofSmall.close());
  assert.equal(ofSmall.minFreeBytes, Math.floor((3 * MB) / 20));
});

test("sizes as people write them", () => {
  for (const [text, bytes] of [
    ["0", 0],
    ["4096", 4_096],
    ["500M", 500 * MB],
    ["2g", 2 * 1024 * MB],
    ["1.5GiB", 1.5 * 1024 * MB],
    ["64KB", 65_536],
    ["1T", 1024 * 1024 * MB],
  ] as const) {
    assert.equal(parseBytes(text), bytes, text);
  }
  for (const text of ["", "-1", "M", "1P", "5 %", "1e9", "0x10", "99999999999T"]) {
    assert.equal(parseBytes(text), undefined, text);
  }
  assert.equal(formatBytes(500 * MB), "500.0 MiB");
});
