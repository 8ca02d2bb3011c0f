import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { Instant } from "../../core/inputs.ts";
import { DOUBT_MS, WallClock } from "../../core/wall-clock.ts";
import { instant } from "../clock.ts";
import { codeOf } from "../errors.ts";
import { HAS_MODES } from "../files/ownership.ts";
import { syncFolder } from "../files/secret-file.ts";
import { hostRandom } from "../random.ts";

/**
 * What expires within the same quarter of an hour lies on disk under one key. Not in an hour: the key goes when the
 * last of it has expired and the clock has been right for five minutes, and an hour after expiry nothing shall be left.
 */
export const PERIOD_S = 15 * 60;
/** Four bytes; what expires later, in some 122,000 years, shares the last one. */
const LAST_PERIOD = 2 ** 32 - 1;

/** Its name in the home, beside the store's folder: a copy of that alone opens nothing that expires. */
export const KEYS_FILE = "vanishing.keys";

/** The number of the period at whose end what expires at this Unix second is beyond reading; at least 1. */
export function periodOf(expires: number): number {
  return Math.min(Math.ceil(expires / PERIOD_S), LAST_PERIOD);
}

/**
 * The file, in slots that begin at multiples of their size, so that none lies in two sectors of a disk: a write that a
 * power cut tears spoils no other slot.
 *
 *   first   opened 6 | latest 6 | checksum 4     (Unix milliseconds of the wall clock, see below)
 *   others  period 4 | key 32 | checksum 4       (no period: free)
 */
const SLOT_BYTES = 64;
const MARKS_BYTES = 12;
const CLOCK_BYTES = 6;
const PERIOD_BYTES = 4;
const KEY_BYTES = 32;
const ENTRY_BYTES = PERIOD_BYTES + KEY_BYTES;
/** Slots of a new file: one page, which is on the disk before there is anything to keep in it. */
const FIRST_SLOTS = 64;

/** How often the clock is looked at, for its jumps. */
const LOOK_INTERVAL_MS = 1_000;

interface Place {
  slot: number;
  key: Buffer;
}

/**
 * The keys under which bundles that expire lie in the store, in a file of their own. LMDB leaves freed pages as they
 * are, so nothing of a bundle can be overwritten there; its key can be, here, in place. A key is durable before
 * anything is sealed under it. What has lost its key is as good as never stored.
 *
 * When a key goes is decided by the clock as everything that expires (node/core/wall-clock.ts): not while it is in
 * doubt. A node may never run for so long. So a period is also over that had passed by the clock of an earlier opening,
 * which has gone right since: `opened`.
 */
export class VanishingKeys {
  #file: number | undefined;
  readonly #isReadOnly: boolean;
  readonly #now: () => Instant;
  readonly #clock: WallClock;
  /** By period. BOUNDED: one for each in which something expires that was ever admitted: 64 bytes beside its record. */
  readonly #places = new Map<number, Place>();
  /** The least of them. */
  #first = Infinity;
  /** BOUNDED: like the two below, by the slots of the file. */
  readonly #free: number[] = [];
  /** What stands in these is worth nothing any more, and is not known to be gone from the disk. */
  readonly #spoilt: number[] = [];
  #slots = 1;
  #opened = 0;
  /** What `latest` is on the disk. */
  #written = 0;
  /** The end of the last write: one at a time. */
  #idle: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout | undefined;

  /** Throws the system's error. With `isReadOnly` nothing is written, and a file that is not there is an empty one. */
  constructor(path: string, { isReadOnly = false, now = instant } = {}) {
    this.#isReadOnly = isReadOnly;
    this.#now = now;
    this.#file = openKeys(path, isReadOnly);
    const { opened, latest } = this.#file === undefined ? NO_MARKS : this.#read(this.#file);
    this.#opened = opened;
    this.#written = latest;
    this.#clock = new WallClock(latest);
    this.#clock.advance(now());
    if (isReadOnly) return;
    this.#open(path);
    this.#timer = setInterval(() => this.look(), LOOK_INTERVAL_MS).unref();
  }

  /** The latest Unix milliseconds that the clock told without a doubt: what had expired by then is not admitted. */
  get latestMs(): number {
    return this.#clock.latestMs;
  }

  /** Undefined when there was none, or it is gone. */
  key(period: number): Uint8Array | undefined {
    return this.#places.get(period)?.key;
  }

  /** The keys of these periods, new ones where there were none, durable. Rejects with the system's error. */
  async provide(periods: Iterable<number>): Promise<Map<number, Uint8Array>> {
    const wanted = [...new Set(periods)];
    if (wanted.some((period) => !this.#places.has(period))) {
      await this.#inTurn(() => this.#make(wanted));
    }
    // Copies: one that goes meanwhile is overwritten. What is over already is sealed for nobody.
    return new Map(
      wanted.map((period) => {
        const place = this.#places.get(period);
        return [period, place ? Buffer.from(place.key) : hostRandom.bytes(KEY_BYTES)];
      }),
    );
  }

  /** Looks at the clock and lets go what it says is over. */
  look(): void {
    if (this.#file === undefined) return;
    this.#clock.advance(this.#now());
    if (this.#clock.isPast(this.#first * PERIOD_S)) {
      this.#drop((period) => this.#clock.isPast(period * PERIOD_S));
    }
    // What the disk refuses is tried again in a second.
    if (this.#isDue) this.#inTurn(() => this.#overwrite()).catch(() => {});
  }

  get #isDue(): boolean {
    const isLate = Math.abs(this.latestMs - this.#written) >= PERIOD_S * 1_000;
    return this.#spoilt.length > 0 || isLate;
  }

  /** Resolves when all that was begun has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isReadOnly) this.look();
    await this.#idle;
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    for (const { key } of this.#places.values()) key.fill(0);
    closeSync(file);
  }

  /** What was there; forgets what a torn write left. */
  #read(file: number): typeof NO_MARKS {
    const bytes = Buffer.alloc(Math.max(SLOT_BYTES, fstatSync(file).size));
    readSync(file, bytes, 0, bytes.length, 0);
    const slots = Math.floor(bytes.length / SLOT_BYTES);
    for (this.#slots = 1; this.#slots < slots; this.#slots++) {
      const entry = bytes.subarray(this.#slots * SLOT_BYTES, (this.#slots + 1) * SLOT_BYTES);
      const period = isWhole(entry, ENTRY_BYTES) ? entry.readUInt32BE(0) : 0;
      if (period === 0) this.#free.push(this.#slots);
      else this.#remember(period, this.#slots, entry.subarray(PERIOD_BYTES, ENTRY_BYTES));
    }
    if (!isWhole(bytes.subarray(0, SLOT_BYTES), MARKS_BYTES)) return NO_MARKS;
    return {
      opened: bytes.readUIntBE(0, CLOCK_BYTES),
      latest: bytes.readUIntBE(CLOCK_BYTES, CLOCK_BYTES),
    };
  }

  #remember(period: number, slot: number, key: Uint8Array): void {
    const twin = this.#places.get(period);
    if (twin !== undefined) this.#spoilt.push(twin.slot);
    this.#places.set(period, { slot, key: Buffer.from(key) });
    this.#first = Math.min(this.#first, period);
  }

  #open(path: string): void {
    const { wall } = this.#now();
    const before = this.#opened;
    const hasGoneOn = wall >= before + DOUBT_MS;
    if (this.#clock.isPlausible && (hasGoneOn || wall < before)) this.#opened = wall;
    if (hasGoneOn) this.#drop((period) => period * PERIOD_S * 1_000 <= before);
    const isNew = this.#slots === 1;
    if (!isNew && this.#spoilt.length === 0 && this.#opened === before) return;
    if (isNew) {
      for (; this.#slots < FIRST_SLOTS; this.#slots++) this.#spoilt.push(this.#slots);
    }
    try {
      this.#write();
      fdatasyncSync(this.#file!);
      this.#cleaned();
    } catch (error) {
      // The node runs without what is only to be overwritten, and not without a place for keys.
      if (isNew) throw error;
    }
    if (isNew) syncFolder(dirname(path));
  }

  /** No longer known, at once; overwritten by the next write. */
  #drop(isOver: (period: number) => boolean): void {
    this.#first = Infinity;
    for (const [period, { slot, key }] of this.#places) {
      if (!isOver(period)) {
        this.#first = Math.min(this.#first, period);
        continue;
      }
      this.#places.delete(period);
      key.fill(0);
      this.#spoilt.push(slot);
    }
  }

  async #make(periods: number[]): Promise<void> {
    // What failed before may lie there, whole: after a crash it would be taken for the key of its period.
    if (this.#spoilt.length > 0) await this.#overwrite();
    const made = periods
      .filter((period) => !this.#places.has(period))
      .map((period) => ({ period, slot: this.#freeSlot(), key: hostRandom.bytes(KEY_BYTES) }));
    try {
      for (const { period, slot, key } of made) {
        const entry = Buffer.alloc(SLOT_BYTES);
        entry.writeUInt32BE(period, 0);
        entry.set(key, PERIOD_BYTES);
        this.#writeSlot(slot, sign(entry, ENTRY_BYTES));
      }
      await synced(this.#file!);
    } catch (error) {
      // Where the file did not grow there is nothing to overwrite, and perhaps no room for it.
      this.#slots = Math.min(this.#slots, Math.floor(fstatSync(this.#file!).size / SLOT_BYTES));
      this.#spoilt.push(...made.flatMap(({ slot }) => (slot < this.#slots ? [slot] : [])));
      throw error;
    }
    for (const { period, slot, key } of made) this.#remember(period, slot, key);
  }

  #freeSlot(): number {
    return this.#free.pop() ?? this.#slots++;
  }

  async #overwrite(): Promise<void> {
    // The turn before may have done it.
    if (!this.#isDue) return;
    this.#write();
    const count = this.#spoilt.length;
    await synced(this.#file!);
    this.#cleaned(count);
  }

  /** Random bytes over what is worth nothing any more, and the clock's marks. */
  #write(): void {
    this.#written = this.latestMs;
    const marks = Buffer.alloc(SLOT_BYTES);
    marks.writeUIntBE(Math.floor(this.#opened), 0, CLOCK_BYTES);
    marks.writeUIntBE(Math.floor(this.latestMs), CLOCK_BYTES, CLOCK_BYTES);
    this.#writeSlot(0, sign(marks, MARKS_BYTES));
    for (const slot of this.#spoilt) {
      const noise = Buffer.from(hostRandom.bytes(SLOT_BYTES));
      noise.writeUInt32BE(0, 0);
      this.#writeSlot(slot, noise);
    }
  }

  #cleaned(count = this.#spoilt.length): void {
    this.#free.push(...this.#spoilt.splice(0, count));
  }

  #writeSlot(slot: number, bytes: Buffer): void {
    writeSync(this.#file!, bytes, 0, SLOT_BYTES, slot * SLOT_BYTES);
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const turn = this.#idle.then(write);
    this.#idle = turn.catch(() => {});
    return turn;
  }
}

/** Resolves when what was written to a file is on the disk. */
function synced(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
  });
}

const NO_MARKS = { opened: 0, latest: 0 };

function openKeys(path: string, isReadOnly: boolean): number | undefined {
  const { O_RDONLY, O_RDWR, O_CREAT, O_NOFOLLOW = 0 } = constants;
  if (isReadOnly) {
    try {
      return openSync(path, O_RDONLY | O_NOFOLLOW);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }
  const file = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  if (HAS_MODES) fchmodSync(file, 0o600);
  return file;
}

/** Adds the checksum: without it a torn write would be taken for a key. */
function sign(slot: Buffer, length: number): Buffer {
  slot.writeUInt32BE(crc32(slot.subarray(0, length)), length);
  return slot;
}

function isWhole(slot: Buffer, length: number): boolean {
  return slot.readUInt32BE(length) === crc32(slot.subarray(0, length));
}
