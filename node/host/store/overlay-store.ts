import { concatBytes, equalBytes, utf8 } from "../../../wire/bytes.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { Effect } from "../../core/effects.ts";
import { ChunkedIndex } from "../../store/held-index.ts";
import { HeldSets } from "../../store/held-sets.ts";
import { type Held, heldOf } from "../../sets/held.ts";
import { type BundleStore, holds, isControl, isWatched } from "../../store/store.ts";
import { instant } from "../clock.ts";
import { hostRandom } from "../random.ts";
import { type Arrival, arrivalKey, arrivalValue, nextArrival, readArrival } from "./arrivals.ts";
import {
  type StoredBundle,
  arrivalInRecord,
  heldOfKey,
  readRecord,
  recordKey,
  recordValue,
} from "./bundle-record.ts";
import type { RecordSeal } from "./record-seal.ts";
import { periodOf } from "./vanishing-keys.ts";

export type Bytes = Uint8Array;

/**
 * What is used of one LMDB database. Writes belong into the action of `Tables.write`, whose promise alone tells how
 * they ended: those of `put` and `remove` are fulfilled at once and mean nothing.
 */
export interface Table {
  get(key: Bytes): Bytes | undefined;
  put(key: Bytes, value: Bytes): Promise<boolean>;
  remove(key: Bytes): Promise<boolean>;
  getKeys(range: KeyRange): Iterable<Bytes>;
}

/** From `start` to `end`; with `reverse` downward. */
export interface KeyRange {
  start: Bytes;
  end: Bytes;
  limit?: number;
  reverse?: boolean;
}

export interface Tables {
  /** Key and value: see bundle-record.ts. */
  bundles: Table;
  /** The keys of watched bundles, so that opening need not read every bundle to find them; CONTROL or NOT_CONTROL. */
  watched: Table;
  /** In which order they came: see arrivals.ts. */
  arrivals: Table;
  /** Where readers stand: per overlay id and name the text that the reader has for it. */
  readers: Table;
  /** "format", and per overlay id its clock, admitted count and last arrival, and with "peers" its remembered peers. */
  meta: Table;
  /** Writes all that `action` puts and removes, or nothing; resolves once it is on disk. */
  write(action: () => void): Promise<void>;
  /** The keys of these periods, durable, by period (vanishing-keys.ts). Rejects with a DiskError. */
  keysOf(periods: number[]): Promise<ReadonlyMap<number, Bytes>>;
  /** That of a period, unless it is gone. */
  keyOf(period: number): Bytes | undefined;
}

interface Counts {
  clock: number;
  admitted: number;
  lastArrival: number;
}

export type Commit = Pick<
  Extract<Effect, { kind: "commit" }>,
  "add" | "remove" | "clock" | "admitted"
>;

/** Remembered peers per overlay: enough to find the group again, little enough to try all. */
export const MAX_REMEMBERED = 64;

/** Keys of watched bundles that are read at a time. */
const PAGE_KEYS = 256;

/** Above every number of an arrival. */
const END_OF_NUMBERS = Number.MAX_SAFE_INTEGER;

const CONTROL = Buffer.of(1);
const NOT_CONTROL = Buffer.of(0);
const COUNTS_BYTES = 24;

/** The bundles of one overlay on disk, their index in memory. */
export class OverlayStore implements BundleStore {
  readonly #sets: HeldSets;
  #clock = 0;
  #admitted = 0;
  #lastArrival = 0;
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
    this.#lastArrival = Math.max(counts.lastArrival, this.latest(1)[0]?.number ?? 0);
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

  /** The highest number that a bundle came with. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  get(held: Held): StoredBundle | undefined {
    const key = recordKey(this.#id, held);
    const value = this.#tables.bundles.get(key);
    let isDamaged = true;
    if (value !== undefined) {
      const bundle = readRecord(key, value, this.#tables.keyOf);
      if (typeof bundle === "object") return bundle;
      if (bundle === "vanished") isDamaged = false;
    }
    if (holds(this, held)) this.#forget(held, isDamaged);
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
    const { bundles, arrivals, watched, meta, write } = this.#tables;
    const keys = await this.#keysFor(add);
    const cameMs = instant().wall;
    const fresh = this.#notHeld(add);
    let arrival = this.#lastArrival;
    await write(() => {
      for (const { held, bundle } of fresh) {
        arrival = nextArrival(arrival, cameMs);
        const key = recordKey(this.#id, held);
        void bundles.put(key, recordValue(key, bundle, { arrival, cameMs }, sealOf(bundle, keys)));
        void arrivals.put(arrivalKey(this.#id, arrival), arrivalValue(this.#id, held));
        if (!isWatched(bundle.header)) continue;
        void watched.put(key, isControl(bundle.header) ? CONTROL : NOT_CONTROL);
      }
      for (const held of remove) this.#remove(held);
      void meta.put(this.#id, encodeCounts({ clock, admitted, lastArrival: arrival }));
    });
    for (const { held, bundle } of fresh) this.#sets.add(held, isControl(bundle.header));
    for (const held of remove) this.#sets.remove(held);
    this.#clock = Math.max(this.#clock, clock);
    this.#admitted = Math.max(this.#admitted, admitted);
    this.#lastArrival = arrival;
  }

  /** Up to so many that came after this number, in the order of coming. */
  arrivals(after: number, limit: number): Arrival[] {
    const start = arrivalKey(this.#id, after + 1);
    return this.#arrivalsIn({ start, end: arrivalKey(this.#id, END_OF_NUMBERS), limit });
  }

  /** Up to so many that came before this number, the last one first. */
  latest(limit: number, before = END_OF_NUMBERS): Arrival[] {
    const start = arrivalKey(this.#id, before - 1);
    return this.#arrivalsIn({ start, end: arrivalKey(this.#id, 0), limit, reverse: true });
  }

  /** What was written down for a reader, if anything. */
  readerAt(name: string): string | undefined {
    const value = this.#tables.readers.get(this.#readerKey(name));
    return value && Buffer.from(value).toString();
  }

  /** Resolves once it is on disk; rejects with a DiskError. Undefined: the reader is forgotten. */
  async markReader(name: string, text: string | undefined): Promise<void> {
    const { readers, write } = this.#tables;
    const key = this.#readerKey(name);
    await write(
      () => void (text === undefined ? readers.remove(key) : readers.put(key, utf8(text))),
    );
  }

  readerCount(): number {
    return [...this.#keys(this.#tables.readers)].length;
  }

  /** A bundle that expires never lies in the file but sealed. */
  async #keysFor(bundles: readonly Bundle[]): Promise<ReadonlyMap<number, Bytes>> {
    const periods = bundles.flatMap(({ header: { expires } }) =>
      expires === undefined ? [] : [periodOf(expires)],
    );
    return periods.length === 0 ? NO_KEYS : this.#tables.keysOf(periods);
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

  /** Those that are not held yet, each once: who reads them in the order of coming is to meet them once. */
  #notHeld(add: readonly Bundle[]): { held: Held; bundle: Bundle }[] {
    const fresh = new Map<string, { held: Held; bundle: Bundle }>();
    for (const bundle of add) {
      const held = heldOf(bundle.header.globalTime, bundle.id);
      if (!fresh.has(bundle.key) && !holds(this, held)) fresh.set(bundle.key, { held, bundle });
    }
    return [...fresh.values()];
  }

  /** Within a write. */
  #remove(held: Held): void {
    const { bundles, arrivals, watched } = this.#tables;
    const key = recordKey(this.#id, held);
    const value = bundles.get(key);
    const number = value && arrivalInRecord(value);
    void bundles.remove(key);
    void watched.remove(key);
    if (number === undefined) return;
    // A damaged record may name another's.
    const arrival = arrivals.get(arrivalKey(this.#id, number));
    if (arrival !== undefined && equalBytes(arrival, arrivalValue(this.#id, held))) {
      void arrivals.remove(arrivalKey(this.#id, number));
    }
  }

  #arrivalsIn(range: KeyRange): Arrival[] {
    const { arrivals } = this.#tables;
    return [...arrivals.getKeys(range)].flatMap((key) => {
      const value = arrivals.get(key);
      return (value && readArrival(key, value)) ?? [];
    });
  }

  #readerKey(name: string): Bytes {
    return concatBytes(this.#id, utf8(name));
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

  /**
   * A damaged bundle is no longer held, so that it can be fetched again, nor one that vanished. Not at once: an index
   * walk may be on.
   */
  #forget(held: Held, isDamaged: boolean): void {
    if (isDamaged) this.#damaged++;
    queueMicrotask(() => {
      if (!this.#sets.remove(held)) return;
      const removed = this.#tables.write(() => this.#remove(held));
      // Should this fail, the next opening finds it again.
      removed.catch(() => {});
    });
  }
}

const NO_KEYS: ReadonlyMap<number, Bytes> = new Map<number, Bytes>();

function sealOf({ header }: Bundle, keys: ReadonlyMap<number, Bytes>): RecordSeal | undefined {
  const period = header.expires === undefined ? 0 : periodOf(header.expires);
  const key = keys.get(period);
  return key && { period, key };
}

function encodeCounts({ clock, admitted, lastArrival }: Counts): Bytes {
  const value = Buffer.alloc(COUNTS_BYTES);
  [clock, admitted, lastArrival].forEach((count, i) =>
    value.writeBigUInt64BE(BigInt(count), 8 * i),
  );
  return value;
}

function decodeCounts(value: Bytes | undefined): Counts {
  if (value?.length !== COUNTS_BYTES) return { clock: 0, admitted: 0, lastArrival: 0 };
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const [clock, admitted, lastArrival] = [0, 8, 16].map((at) => Number(view.getBigUint64(at)));
  return { clock: clock!, admitted: admitted!, lastArrival: lastArrival! };
}
