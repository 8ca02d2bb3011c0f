import { type PerformanceEntry, PerformanceObserver, constants } from "node:perf_hooks";
import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import type { StorageRoom } from "../../core/inputs.ts";

/**
 * Of the most that the heap may grow to: above it others bring nothing. What is left is for the work on what is held,
 * and for our user's bundles. The collector runs again at the latest when half of what was left is used, so at most 0.8
 * is in use when we hear of it.
 */
const FULL_SHARE = 0.6;
/** Below it others bring again: lower, so that it does not change with every run. */
const ROOM_SHARE = 0.55;

/** Three semi-spaces of 16 MiB, which V8 counts as part of its limit (V8's `Heap::MaxReserved`). */
const MOST_YOUNG_BYTES = 48 * 1024 * 1024;

export interface Heap {
  /** Bytes in use after a full collection. */
  usedBytes: number;
  /** That it may grow to, see --max-old-space-size of Node. */
  mostBytes: number;
}

/**
 * Watches the heap. Grants, and bundles with a topic or an expiry, cost some hundred bytes of it each, and whoever may
 * write can make them for ever: without a limit that ends the node, and each later start of it. Unlike a disk's floor
 * it spares no control bundles: they are the cheapest way to fill the rest.
 */
export class MemoryRoom {
  room: Extract<StorageRoom, "ample" | "own"> = "ample";
  readonly #changed: () => void;
  readonly #observer: PerformanceObserver;

  /** `changed` hears of each change. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#observer = new PerformanceObserver((list) => {
      if (list.getEntries().some(isFull)) this.collected(heap());
    });
    this.#observer.observe({ entryTypes: ["gc"] });
  }

  /** After a full collection: only then it is known what is garbage. */
  collected({ usedBytes, mostBytes }: Heap): void {
    const share = usedBytes / mostBytes;
    const room = share >= (this.room === "ample" ? FULL_SHARE : ROOM_SHARE) ? "own" : "ample";
    if (room === this.room) return;
    this.room = room;
    this.#changed();
  }

  close(): void {
    this.#observer.disconnect();
  }
}

function isFull(entry: PerformanceEntry & { detail?: { kind?: number } }): boolean {
  return entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

/** Of the old generation: what fills it ends the process, whatever the limit leaves for the young one. */
function heap(): Heap {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith("new"));
  const usedBytes = old.reduce((bytes, { space_used_size: used }) => bytes + used, 0);
  return { usedBytes, mostBytes: getHeapStatistics().heap_size_limit - MOST_YOUNG_BYTES };
}
