import { join } from "node:path";
import { type Database, type RootDatabase, open } from "lmdb";
import { fromHex } from "../../wire/bytes.ts";
import { OVERLAY_ID_BYTES } from "../../wire/limits.ts";
import { HomeError, messageOf } from "./errors.ts";
import { checkDataFile } from "./lmdb-file.ts";
import { type Bytes, OverlayStore } from "./overlay-store.ts";

/** Changes whenever records of an earlier version could not be read any more. */
const FORMAT = 1;

/** Address space, not disk or memory. The map grows by itself beyond it, at the price of a remapping. */
const INITIAL_MAP_BYTES = 1024 * 1024 * 1024;

/** All overlays of a home in one LMDB environment, so that they share transactions and their fsync. */
export class LmdbStore {
  readonly #root: RootDatabase<Bytes, Bytes>;
  readonly #bundles: Database<Bytes, Bytes>;
  readonly #watched: Database<Bytes, Bytes>;
  readonly #meta: Database<Bytes, Bytes>;
  /** BOUNDED: overlays of the home. */
  readonly #overlays = new Map<string, OverlayStore>();

  /** Throws a HomeError when the folder holds what this version cannot read. */
  constructor(home: string) {
    const path = join(home, "store");
    try {
      checkDataFile(join(path, "data.mdb"));
      this.#root = open<Bytes, Bytes>({
        path,
        keyEncoding: "binary",
        encoding: "binary",
        mapSize: INITIAL_MAP_BYTES,
        // LMDB's own order: data, fsync, then the page that refers to it, fsync. The package's default
        // acknowledges before the disk has it. Commits that come meanwhile share the next transaction.
        overlappingSync: false,
        // Pages are zeroed before use: this process holds secret keys, which must not reach the file.
        noMemInit: false,
      });
      const options = { keyEncoding: "binary", encoding: "binary" } as const;
      this.#bundles = this.#root.openDB<Bytes, Bytes>("bundles", options);
      this.#watched = this.#root.openDB<Bytes, Bytes>("watched", options);
      this.#meta = this.#root.openDB<Bytes, Bytes>("meta", options);
      this.#checkFormat(path);
    } catch (error) {
      if (error instanceof HomeError) throw error;
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
      throw new HomeError(
        `${path} was written by another version of this program (format ${stored[0]})`,
        "Use that version, or another --home.",
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
        write: (action) => settled(this.#root.batch(action)),
        bundles: this.#bundles,
        watched: this.#watched,
        meta: this.#meta,
      });
      this.#overlays.set(overlay, store);
    }
    return store;
  }

  /** Resolves when all that was begun is on disk. */
  async close(): Promise<void> {
    await this.#root.close();
  }
}

/** The package rejects with an error that only points to a second promise for the cause. */
async function settled(write: Promise<boolean>): Promise<void> {
  try {
    await write;
  } catch (error) {
    const cause = (error as { commitError?: Promise<never> }).commitError;
    if (cause === undefined) throw error;
    const reason = await Promise.race([
      cause.catch(messageOf),
      new Promise<string>((resolve) => setTimeout(resolve, 1_000, messageOf(error))),
    ]);
    throw new Error(reason, { cause: error });
  }
}
