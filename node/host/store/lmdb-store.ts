import { join } from "node:path";
import { type Database, type RootDatabase, open } from "lmdb";
import { fromHex } from "../../../wire/bytes.ts";
import type { Instant } from "../../core/inputs.ts";
import { instant } from "../clock.ts";
import { OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import { DiskError } from "../files/disk-error.ts";
import { spaceOf } from "./disk-space.ts";
import { EXIT, HomeError, messageOf } from "../errors.ts";
import { isWhole } from "./bundle-record.ts";
import { checkFolder, prepareFolder } from "./lmdb-file.ts";
import { type Bytes, OverlayStore } from "./overlay-store.ts";
import { KEYS_FILE, VanishingKeys } from "./vanishing-keys.ts";

/** Changes whenever records of an earlier version could not be read any more. */
const FORMAT = 2;

/** Address space, not disk or memory. The map grows by itself beyond it, at the price of a remapping. */
const INITIAL_MAP_BYTES = 1024 * 1024 * 1024;
/**
 * By default the package makes a promise of its own per turn of the event loop, which nobody can get hold of: its
 * rejection, on a full disk, would end the process. With no threshold for beginning early (an option that its types
 * leave out), batches of one turn share a transaction all the same.
 */
const NO_STRAY_PROMISES = {
  eventTurnBatching: false,
  txnStartThreshold: Number.MAX_SAFE_INTEGER,
};

/**
 * LMDB writes up to 64 pages of 4 KiB at a time: with less room than that, a part of them fits and the rest does not.
 */
const WRITE_BYTES = 64 * 4_096;
/** The package tells the cause in the same turn; this is for a version that forgets to. */
const CAUSE_PATIENCE_MS = 1_000;

/** The records are of another version of this program. */
export class OtherFormat extends HomeError {}

export interface StoreOptions {
  /** Nothing is written, and commits fail: for a home that another process has, or on a read-only filesystem. */
  readOnly?: boolean;
  /** Whether what expires lies sealed under keys that go. Off only to show what that is worth. */
  vanishing?: boolean;
  /** The clock by which keys go. */
  now?: () => Instant;
}

/** All overlays of a home in one LMDB environment, so that they share transactions and their fsync. */
export class LmdbStore {
  readonly #path: string;
  readonly #root: RootDatabase<Bytes, Bytes>;
  readonly #bundles: Database<Bytes, Bytes>;
  readonly #watched: Database<Bytes, Bytes>;
  readonly #arrivals: Database<Bytes, Bytes>;
  readonly #readers: Database<Bytes, Bytes>;
  readonly #meta: Database<Bytes, Bytes>;
  readonly #keys: VanishingKeys;
  readonly #isVanishing: boolean;
  /** BOUNDED: overlays of the home. */
  readonly #overlays = new Map<string, OverlayStore>();

  /** Throws a HomeError when the folder holds what this version cannot read. */
  constructor(home: string, options: StoreOptions = {}) {
    const { readOnly = false, vanishing = true, now = instant } = options;
    this.#isVanishing = vanishing;
    const path = join(home, "store");
    this.#path = path;
    try {
      if (readOnly) checkFolder(path);
      else prepareFolder(path);
      this.#root = open<Bytes, Bytes>({
        path,
        readOnly,
        keyEncoding: "binary",
        encoding: "binary",
        mapSize: INITIAL_MAP_BYTES,
        // LMDB's own order: data, fsync, then the page that refers to it, fsync. The package's default
        // acknowledges before the disk has it. Commits that come meanwhile share the next transaction.
        overlappingSync: false,
        ...NO_STRAY_PROMISES,
        // Pages are zeroed before use: this process holds secret keys, which must not reach the file.
        noMemInit: false,
      });
      const options = { keyEncoding: "binary", encoding: "binary" } as const;
      this.#meta = this.#root.openDB<Bytes, Bytes>("meta", options);
      // First of all: an older one lacks tables.
      this.#checkFormat(path);
      this.#bundles = this.#root.openDB<Bytes, Bytes>("bundles", options);
      this.#watched = this.#root.openDB<Bytes, Bytes>("watched", options);
      this.#arrivals = this.#root.openDB<Bytes, Bytes>("arrivals", options);
      this.#readers = this.#root.openDB<Bytes, Bytes>("readers", options);
      this.#keys = new VanishingKeys(join(home, KEYS_FILE), { isReadOnly: readOnly, now });
    } catch (error) {
      if (error instanceof HomeError) throw error;
      const failure = this.#failure(error);
      if (failure.isFull) {
        throw new HomeError(
          `${failure.message}: there is no room for the bundles in ${path}`,
          "Make room on that disk, or name another folder with --home.",
          EXIT.failed,
        );
      }
      throw new HomeError(
        `the bundles in ${path} cannot be opened: ${messageOf(error)}`,
        "Move that folder away and start again: other nodes still have what they got.",
      );
    }
  }

  #checkFormat(path: string): void {
    const key = Buffer.from("format");
    const stored = this.#meta.get(key);
    if (stored === undefined) this.#meta.putSync(key, Buffer.of(FORMAT));
    else if (stored[0] !== FORMAT) {
      throw new OtherFormat(
        `${path} was written by another version of this program (format ${stored[0]})`,
        "Use that version, or move that folder away and start again: other nodes still have what they got.",
      );
    }
  }

  /** The store of one overlay, its index loaded. `overlay` is its hexadecimal id. */
  overlay(overlay: string): OverlayStore {
    let store = this.#overlays.get(overlay);
    if (store === undefined) {
      const id = fromHex(overlay, OVERLAY_ID_BYTES);
      if (id === undefined) throw new Error(`not an overlay id: ${overlay}`);
      store = new OverlayStore(id, {
        write: (action) => this.#write(action),
        bundles: this.#bundles,
        watched: this.#watched,
        arrivals: this.#arrivals,
        readers: this.#readers,
        meta: this.#meta,
        keysOf: (periods) => this.#keysOf(periods),
        keyOf: (period) => this.#keys.key(period),
      });
      this.#overlays.set(overlay, store);
    }
    return store;
  }

  /**
   * Reads all that is stored, of all overlays: of each record, whether it is there and as it was written. On damaged
   * pages it throws the database's error, or a signal ends the process: to be called in a process of its own.
   */
  *audit(): Generator<boolean> {
    yield* auditTable(this.#bundles, isWhole);
    const others = [this.#watched, this.#arrivals, this.#readers, this.#meta];
    for (const table of others) yield* auditTable(table, () => true);
  }

  /**
   * Bundles that the database counts and a walk does not find, which ends early at some damaged pages. To be called
   * when the overlays in use are open, and before anything is written.
   */
  lostRecords(): number {
    const counted = entriesOf(this.#bundles);
    const opened = [...this.#overlays.values()].reduce((sum, { index }) => sum + index.size, 0);
    if (opened === counted) return 0;
    // The rest may be of overlays that were left: a second walk, over all. The package's own way of counting only asks
    // the database.
    let walked = 0;
    for (const _key of this.#bundles.getKeys({})) walked++;
    return Math.max(0, counted - walked);
  }

  /** Resolves when all that was begun is on disk. */
  async close(): Promise<void> {
    await this.#root.close();
    await this.#keys.close();
  }

  /** Lets keys go that are due; done by itself every second. */
  look(): void {
    this.#keys.look();
  }

  /** The latest that the wall clock was believed to tell, in earlier runs too; Unix milliseconds. */
  get latestWallMs(): number {
    return this.#keys.latestMs;
  }

  async #keysOf(periods: number[]): Promise<ReadonlyMap<number, Bytes>> {
    if (!this.#isVanishing) return new Map<number, Bytes>();
    try {
      return await this.#keys.provide(periods);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /**
   * The only way to write. What `put` and `remove` return inside `action` is nothing but `true`: the batch alone can
   * fail.
   */
  async #write(action: () => void): Promise<void> {
    try {
      await this.#root.batch(action);
    } catch (error) {
      throw this.#failure(await causeOf(error));
    }
  }

  #failure(error: unknown): DiskError {
    const hasRoom = (spaceOf(this.#path)?.freeBytes ?? Infinity) >= WRITE_BYTES;
    return new DiskError(error, { hasRoom });
  }
}

/** Some damaged pages end a walk early without an error: the database's own count tells. */
function* auditTable(
  table: Database<Bytes, Bytes>,
  isWhole: (key: Bytes, value: Bytes) => boolean,
): Generator<boolean> {
  // A node that runs may write between the two looks and the walk.
  const before = entriesOf(table);
  let walked = 0;
  for (const { key, value } of table.getRange({})) {
    walked++;
    yield isWhole(key, value);
  }
  for (let least = Math.min(before, entriesOf(table)); walked < least; walked++) yield false;
}

function entriesOf(table: Database<Bytes, Bytes>): number {
  return (table.getStats() as { entryCount: number }).entryCount;
}

/** The package rejects with an error that only points to a second promise for the cause. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError = Promise.resolve(error) } = error as { commitError?: Promise<unknown> };
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<unknown>((resolve) => {
    timer = setTimeout(resolve, CAUSE_PATIENCE_MS, error);
  });
  const cause = await Promise.race([commitError.catch((reason: unknown) => reason), patience]);
  clearTimeout(timer);
  return cause;
}
