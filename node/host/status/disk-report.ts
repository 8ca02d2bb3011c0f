import { formatBytes } from "../byte-size.ts";
import type { DiskSpace } from "../store/disk-space.ts";
import type { DiskText } from "./node-status.ts";
import type { Runtime } from "../runtime/runtime.ts";

const TAKES: Record<DiskSpace["room"], DiskText["takes"]> = {
  ample: "all",
  reserve: "own",
  none: "nothing",
};

/** What `status` tells of the disk; null for a tracker. */
export function describeDisk({ disk, driver }: Runtime): DiskText | null {
  if (disk === undefined) return null;
  const { storeFailure } = driver;
  return {
    freeBytes: disk.freeBytes ?? null,
    minFreeBytes: disk.minFreeBytes,
    takes: TAKES[disk.room],
    failure:
      storeFailure === undefined
        ? null
        : { code: storeFailure.code ?? "unknown", since: iso(storeFailure.sinceMs) },
  };
}

/** What is wrong with the disk, in one sentence each. */
export function diskProblems({ disk, driver }: Runtime): string[] {
  const { storeFailure } = driver;
  const failing =
    storeFailure === undefined
      ? []
      : [`bundles cannot be stored since ${iso(storeFailure.sinceMs)}: ${storeFailure.reason}`];
  if (disk === undefined || disk.room === "ample") return failing;
  const { freeBytes = 0, minFreeBytes } = disk;
  const free = `free ${formatBytes(freeBytes)}, below --min-free ${formatBytes(minFreeBytes)}`;
  const low =
    disk.room === "none"
      ? `the disk is full (ENOSPC): ${free}, and its reserve is used up: takes no more bundles`
      : `${free}: takes no more bundles from others`;
  return [...failing, low];
}

/** The same of memory. */
export function memoryProblems({ memory }: Runtime): string[] {
  if (memory?.room !== "own") return [];
  return [
    "memory is nearly full: takes no more bundles from others; give it more by NODE_OPTIONS=--max-old-space-size=MiB",
  ];
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
