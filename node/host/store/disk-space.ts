import { statfsSync } from "node:fs";
import type { StorageRoom } from "../../core/inputs.ts";

const MiB = 1024 * 1024;

/**
 * Below it others bring nothing: on a small device a share that suits it; on a large one enough for the system to write
 * its logs, to be logged into and to be cleaned up, and little enough to be free where disks are rather full.
 */
const FLOOR_SHARE = 0.05;
const MOST_FLOOR_BYTES = 256 * MiB;
/**
 * Below it nothing is written any more. Of the floor a quarter, so that three quarters are for our user's bundles and
 * for control bundles; no more than some commits of 2,048 bundles need, so that one under way still fits, and the
 * removal of expired ones.
 */
const RESERVE_SHARE = 0.25;
const MOST_RESERVE_BYTES = 16 * MiB;
/** A system call of microseconds. This is for what others write and remove; our own writes are followed by a look. */
const LOOK_INTERVAL_MS = 1_000;
/** After a failed commit, so much more than was free then may be worth another try. */
const WORTH_TRYING_BYTES = MiB / 4;

type DiskRoom = Exclude<StorageRoom, "own">;

export interface Space {
  /** That an ordinary user may still write. */
  freeBytes: number;
  totalBytes: number;
}

/** Of the filesystem that holds `path`; undefined where the system does not tell. */
export function spaceOf(path: string): Space | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

function defaultFloor(totalBytes: number): number {
  return Math.min(MOST_FLOOR_BYTES, Math.floor(FLOOR_SHARE * totalBytes));
}

/** Watches the free space of a home's filesystem. */
export class DiskSpace {
  readonly #path: string;
  readonly #changed: (room: DiskRoom) => void;
  readonly #timer: NodeJS.Timeout;
  /** Bytes: below it no bundles of others are taken. */
  readonly minFreeBytes: number;
  #free: number | undefined;
  #room: DiskRoom = "ample";
  #freeAtFailure: number | undefined;

  /**
   * `changed` hears of each change, and of room that came after a failed write; first of what it is now, unless that is
   * ample.
   */
  constructor(path: string, minFreeBytes: number | undefined, changed: (room: DiskRoom) => void) {
    this.#path = path;
    this.#changed = changed;
    this.minFreeBytes = minFreeBytes ?? defaultFloor(spaceOf(path)?.totalBytes ?? 0);
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS).unref();
  }

  /** Bytes; undefined where the system does not tell. */
  get freeBytes(): number | undefined {
    return this.#free;
  }
  get room(): DiskRoom {
    return this.#room;
  }

  /** A commit ended; `failed`: the disk refused it. */
  written(failed: boolean): void {
    this.#look();
    if (failed) this.#freeAtFailure = this.#free;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#free = spaceOf(this.#path)?.freeBytes;
    // Where the system does not tell, a full disk shows by commits that fail.
    const room = this.#roomIn(this.#free ?? Infinity);
    const hasCome =
      this.#freeAtFailure !== undefined &&
      (this.#free ?? 0) >= this.#freeAtFailure + WORTH_TRYING_BYTES;
    if (hasCome) this.#freeAtFailure = undefined;
    if (room === this.#room && !hasCome) return;
    this.#room = room;
    this.#changed(room);
  }

  #roomIn(freeBytes: number): DiskRoom {
    if (freeBytes >= this.minFreeBytes) return "ample";
    const reserve = Math.min(MOST_RESERVE_BYTES, RESERVE_SHARE * this.minFreeBytes);
    return freeBytes >= reserve ? "reserve" : "none";
  }
}
