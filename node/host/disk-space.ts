import { statfsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type { StorageRoom } from "../storage.ts";

const MiB = 1024 * 1024;

/** Below it others bring nothing: a small device keeps a share that suits it, and a large one enough to be logged into, to log and to be cleaned up. */
const FLOOR_SHARE = 0.05;
const MOST_FLOOR_BYTES = 256 * MiB;
/**
 * Below it nothing is written any more. Of the floor a quarter, so that three quarters are for our user's bundles and for control
 * bundles; no more than four commits of 2,048 bundles need, so that removing expired ones still has room.
 */
const RESERVE_SHARE = 0.25;
const MOST_RESERVE_BYTES = 16 * MiB;
/** A system call of microseconds. A flood of 4 MB/s gets so far below the floor. */
const LOOK_INTERVAL_MS = 1_000;
/** After a failed commit, so much more than was free then may be worth another try. */
const WORTH_TRYING_BYTES = MiB / 4;

export interface Space {
  /** That an ordinary user may still write. */
  freeBytes: number;
  totalBytes: number;
}

/** Of the filesystem that holds `path`; undefined where the system does not tell. */
export function spaceOf(path: string): Space | undefined {
  try {
    return toSpace(statfsSync(path));
  } catch {
    return undefined;
  }
}

function toSpace({
  bavail,
  blocks,
  bsize,
}: {
  bavail: number;
  blocks: number;
  bsize: number;
}): Space {
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

function defaultFloor(totalBytes: number): number {
  return Math.min(MOST_FLOOR_BYTES, Math.floor(FLOOR_SHARE * totalBytes));
}

/** Watches the free space of a home's filesystem. */
export class DiskSpace {
  readonly #path: string;
  readonly #changed: (room: StorageRoom) => void;
  readonly #timer: NodeJS.Timeout;
  /** Bytes: below it no bundles of others are taken. */
  readonly minFreeBytes: number;
  #free: number | undefined;
  #room: StorageRoom = "ample";
  #freeAtFailure: number | undefined;
  #isLooking = false;

  /** `changed` hears of each change, and of room that came after a failed write; first of what it is now, unless that is ample. */
  constructor(
    path: string,
    minFreeBytes: number | undefined,
    changed: (room: StorageRoom) => void,
  ) {
    this.#path = path;
    this.#changed = changed;
    const now = spaceOf(path);
    this.minFreeBytes = minFreeBytes ?? defaultFloor(now?.totalBytes ?? 0);
    this.#measured(now);
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS).unref();
  }

  /** Bytes; undefined where the system does not tell. */
  get freeBytes(): number | undefined {
    return this.#free;
  }
  get room(): StorageRoom {
    return this.#room;
  }

  /** A commit ended; `failed`: the disk refused it. */
  async written(failed: boolean): Promise<void> {
    if (!failed) return this.look();
    this.#measured(spaceOf(this.#path));
    this.#freeAtFailure = this.#free;
  }

  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // Where it cannot be known, a full disk shows by commits that fail.
    const space = await statfs(this.#path).then(toSpace, () => undefined);
    this.#isLooking = false;
    this.#measured(space);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #measured(space: Space | undefined): void {
    this.#free = space?.freeBytes;
    const room = this.#roomIn(space?.freeBytes ?? Infinity);
    const hasCome =
      this.#freeAtFailure !== undefined &&
      (this.#free ?? 0) >= this.#freeAtFailure + WORTH_TRYING_BYTES;
    if (hasCome) this.#freeAtFailure = undefined;
    if (room === this.#room && !hasCome) return;
    this.#room = room;
    this.#changed(room);
  }

  #roomIn(freeBytes: number): StorageRoom {
    if (freeBytes >= this.minFreeBytes) return "ample";
    const reserve = Math.min(MOST_RESERVE_BYTES, RESERVE_SHARE * this.minFreeBytes);
    return freeBytes >= reserve ? "reserve" : "none";
  }
}
