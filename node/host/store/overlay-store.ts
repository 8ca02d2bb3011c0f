import { concatBytes, utf8 } from "../../../wire/bytes.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { Effect } from "../../core/effects.ts";
import { ChunkedIndex } from "../../store/held-index.ts";
import { HeldSets } from "../../store/held-sets.ts";
import { type Held, heldOf } from "../../sets/held.ts";
import { type BundleStore, holds, isControl, isWatched } from "../../store/store.ts";
import { hostRandom } from "../random.ts";
import { heldOfKey, readRecord, recordKey, recordValue } from "./bundle-record.ts";

export type Bytes = Uint8Array;

/**
 * What is used of one LMDB database. Writes belong into the action of `Tables.write`, whose promise alone tells how
 * they ended: those of `put` and `remove` are fulfilled at once and mean nothing.
 */
export interface Table {
  get(key: Bytes): Bytes | undefined;
  put(key: Bytes, value: Bytes): Promise<boolean>;
  remove(key: Bytes): Promise<boolean>;
  getKeys(range: { start: Bytes; end: Bytes; limit?: number }): Iterable<Bytes>;
}

export interface Tables {
  /** Key and value: see bundle-record.ts. */
  bundles: Table;
  /** The keys of watched bundles, so that opening need not read every bundle to find them; CONTROL or NOT_CONTROL. */
  watched: Table;
  /** "format", and per overlay id its clock and admitted count, and with "peers" its remembered peers. */
  meta: Table;
  /** Writes all that `action` puts and removes, or nothing; resolves once it is on disk. */
  write(action: () => void): Promise<void>;
}

export type Commit = Pick<
  Extract<Effect, { kind: "commit" }>,
  "add" | "remove" | "clock" | "admitted"
>;

/** Remembered peers per overlay: enough to find the group again, little enough to try all. */
export const MAX_REMEMBERED = 64;

/** Keys of watched bundles that are read at a time. */
const PAGE_KEYS = 256;

const CONTROL = Buffer.of(1);
const NOT_CONTROL = Buffer.of(0);
const COUNTS_BYTES = 16;

/** The bundles of one overlay on disk, their index in memory. */
export class OverlayStore implements BundleStore {
  readonly #sets: HeldSets;
  #clock = 0;
  #admitted = 0;
  #damaged = 0;
  readonly #id: Bytes;
  readonly #tables: Tables;

  constructor(id: Bytes, tables: Tables) {
    this.#id = id;
    this.#tables = tables;
    const secret = hostRandom.below(2 ** 32);
    const index = ChunkedIndex.fromSorted(this.#entries(), secret);
    this.#sets = new HeldSets(index, ChunkedIndex.fromSorted(this.#controlEntries(index), secret));
    const counts = decodeCounts(tables.meta.get(id));
    // What is held bounds both from below, should the record be damaged.
    this.#clock = Math.max(this.#clock, counts.clock);
    this.#admitted = Math.max(counts.admitted, this.index.size);
  }

  get index(): ChunkedIndex {
    return this.#sets.index;
  }
  get control(): ChunkedIndex {
    return this.#sets.control;
  }
  get aside(): ChunkedIndex {
    return this.#sets.aside;
  }
  get clock(): number {
    return this.#clock;
  }
  get admitted(): number {
    return this.#admitted;
  }
  /** Policies and grants held. */
  get controlCount(): number {
    return this.#sets.controlCount;
  }
  /** Records that did not read back as they were written, since opening. None was served. */
  get damaged(): number {
    return this.#damaged;
  }

  get(held: Held): WireBundle | undefined {
    const key = recordKey(this.#id, held);
    const value = this.#tables.bundles.get(key);
    if (value !== undefined) {
      const bundle = readRecord(key, value);
      if (bundle !== undefined) return bundle;
    }
    if (holds(this, held)) this.#forgetDamaged(held, key);
    return undefined;
  }

  setAside(held: Held, isAside: boolean): void {
    this.#sets.setAside(held, isAside);
  }

  *watched(): Iterable<WireBundle> {
    for (let after: Bytes | undefined; ;) {
      // Page by page: no range of the database stays open while others write.
      const page = [...this.#keys(this.#tables.watched, { after, limit: PAGE_KEYS })];
      for (const key of page) {
        const held = heldOfKey(key);
        const bundle = held && this.get(held);
        if (bundle !== undefined) yield bundle;
      }
      if (page.length < PAGE_KEYS) return;
      after = page.at(-1);
    }
  }

  /**
   * Writes all or nothing and resolves once it is on disk and in the index; rejects with a DiskError that says
   * why not, and then neither disk nor index is changed. Calls of one turn of the event loop, also of other overlays,
   * share a transaction.
   */
  async commit({ add, remove, clock, admitted }: Commit): Promise<void> {
    const { bundles, watched, meta, write } = this.#tables;
    await write(() => {
      for (const bundle of add) {
        const key = recordKey(this.#id, heldOf(bundle.header.globalTime, bundle.id));
        void bundles.put(key, recordValue(key, bundle));
        if (!isWatched(bundle.header)) continue;
        void watched.put(key, isControl(bundle.header) ? CONTROL : NOT_CONTROL);
      }
      for (const held of remove) {
        const key = recordKey(this.#id, held);
        void bundles.remove(key);
        void watched.remove(key);
      }
      void meta.put(this.#id, encodeCounts(clock, admitted));
    });
    for (const bundle of add) {
      const held = heldOf(bundle.header.globalTime, bundle.id);
      this.#sets.add(held, isControl(bundle.header));
    }
    for (const held of remove) this.#sets.remove(held);
    this.#clock = Math.max(this.#clock, clock);
    this.#admitted = Math.max(this.#admitted, admitted);
  }

  /** Peers of an earlier run as `ip:port`, the most promising first. */
  peers(): string[] {
    const value = this.#tables.meta.get(this.#peersKey());
    if (value === undefined) return [];
    try {
      const list: unknown = JSON.parse(Buffer.from(value).toString("utf8"));
      if (!Array.isArray(list)) return [];
      return list.filter((peer) => typeof peer === "string").slice(0, MAX_REMEMBERED);
    } catch {
      this.#damaged++;
      return [];
    }
  }

  async rememberPeers(peers: string[]): Promise<void> {
    const value = utf8(JSON.stringify(peers.slice(0, MAX_REMEMBERED)));
    const { meta, write } = this.#tables;
    await write(() => void meta.put(this.#peersKey(), value));
  }

  #peersKey(): Bytes {
    return concatBytes(this.#id, utf8("peers"));
  }

  *#entries(): Iterable<Held> {
    for (const key of this.#keys(this.#tables.bundles)) {
      const held = heldOfKey(key);
      if (held === undefined) this.#damaged++;
      else {
        this.#clock = held.globalTime;
        yield held;
      }
    }
  }

  /** Those of an index that decide over others. */
  *#controlEntries(index: ChunkedIndex): Iterable<Held> {
    for (const key of this.#keys(this.#tables.watched)) {
      const held = heldOfKey(key);
      const isControlKey = this.#tables.watched.get(key)?.[0] === CONTROL[0];
      if (isControlKey && held !== undefined && index.has(held)) yield held;
    }
  }

  /** Those of this overlay, or up to so many that come after one. */
  #keys(table: Table, page: { after?: Bytes | undefined; limit?: number } = {}): Iterable<Bytes> {
    const { after = this.#id, ...limit } = page;
    const end = Buffer.concat([this.#id, Buffer.alloc(32, 0xff)]);
    const start = Buffer.concat([after, Buffer.alloc(1)]);
    return table.getKeys({ start, end, ...limit });
  }

  /** A damaged bundle is no longer held, so that it can be fetched again. Not at once: an index walk may be on. */
  #forgetDamaged(held: Held, key: Bytes): void {
    this.#damaged++;
    queueMicrotask(() => {
      if (!this.#sets.remove(held)) return;
      const { bundles, watched, write } = this.#tables;
      const removed = write(() => {
        void bundles.remove(key);
        void watched.remove(key);
      });
      // Should this fail, the next opening finds the damage again.
      removed.catch(() => {});
    });
  }
}

function encodeCounts(clock: number, admitted: number): Bytes {
  const value = Buffer.alloc(COUNTS_BYTES);
  value.writeBigUInt64BE(BigInt(clock), 0);
  value.writeBigUInt64BE(BigInt(admitted), 8);
  return value;
}

function decodeCounts(value: Bytes | undefined): { clock: number; admitted: number } {
  if (value?.length !== COUNTS_BYTES) return { clock: 0, admitted: 0 };
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return { clock: Number(view.getBigUint64(0)), admitted: Number(view.getBigUint64(8)) };
}
