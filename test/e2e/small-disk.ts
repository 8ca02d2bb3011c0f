/* Real small filesystems. Mounting takes root, and for ext4 a loop device: `unavailable` says what is missing. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { spaceOf } from "../../node/host/store/disk-space.ts";
import { codeOf } from "../../node/host/errors.ts";

export type Kind = "tmpfs" | "ext4";

export interface SmallDisk {
  path: string;
  /** Takes room until `freeBytes` are left. */
  fill(freeBytes: number): void;
  /** Gives all that back. */
  makeRoom(): void;
}

export const MB = 1024 * 1024;

/** Mounted in `folder`, and unmounted after the test; the reason when this machine cannot. */
export function smallDisk(t: TestContext, kind: Kind, folder: string): SmallDisk | string {
  const path = join(folder, "disk");
  mkdirSync(path, { recursive: true });
  try {
    if (kind === "tmpfs") run("mount", "-t", "tmpfs", "-o", "size=3m", "dispersy-test", path);
    else mountImage(join(folder, "image"), path);
  } catch (error) {
    return `no ${kind} can be mounted here: ${(error as Error).message.split("\n").at(-1)}`;
  }
  // Before whatever the caller clears away: processes that still have files there keep them until they end.
  t.after(() => run("umount", "-l", path));
  const ballast = join(path, "ballast");
  return {
    path,
    fill: (freeBytes) => {
      rmSync(ballast, { force: true });
      const room = Math.max(0, spaceOf(path)!.freeBytes - freeBytes);
      try {
        writeFileSync(ballast, Buffer.alloc(room));
      } catch (error) {
        // The filesystem keeps notes of a file, which take room too.
        if (codeOf(error) !== "ENOSPC") throw error;
      }
    },
    makeRoom: () => rmSync(ballast),
  };
}

function mountImage(image: string, path: string): void {
  writeFileSync(image, "");
  truncateSync(image, 3 * MB);
  run("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image);
  run("mount", "-o", "loop", image, path);
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}
