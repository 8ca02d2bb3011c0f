import type { Stats } from "node:fs";
import { join } from "node:path";
import { HomeError } from "../errors.ts";

/** Windows has neither modes nor owners of this kind; its profile folders are private to begin with. */
export const HAS_MODES = process.platform !== "win32";

/** Mode bits that let others do something. */
export const ANY_ACCESS_BY_OTHERS = 0o077;
export const WRITING_BY_OTHERS = 0o022;

/** Of a folder that is made for everybody, such as /tmp. */
const STICKY = 0o1000;

/**
 * Refuses, with a HomeError of exit code 6, what is not ours or has one of the `forbidden` mode bits. The advice takes
 * nothing away from whoever else uses it: a home of another user stays that user's, and a shared folder shared.
 */
export function checkOwn(
  what: string,
  path: string,
  stats: Pick<Stats, "uid" | "mode" | "isDirectory">,
  forbidden = ANY_ACCESS_BY_OTHERS,
): void {
  if (!HAS_MODES) return;
  const us = process.geteuid!();
  if (stats.uid !== us) {
    throw new HomeError(
      `${what} ${path} belongs to user ${stats.uid}, not to you`,
      `Run this as that user (sudo -u '#${stats.uid}'), or name a home of your own with --home.`,
    );
  }
  if ((stats.mode & forbidden) === 0) return;
  const mode = (stats.mode & 0o777).toString(8).padStart(3, "0");
  const isShared = stats.isDirectory() && (stats.mode & STICKY) !== 0;
  throw new HomeError(
    `other users can get at ${what} ${path} (mode ${mode})`,
    isShared
      ? `Everybody may use that folder: name one of your own with --home, such as ${join(path, "dispersy")}`
      : `Run: chmod ${stats.isDirectory() ? 700 : 600} ${quote(path)}`,
  );
}

/** A path as one word of a POSIX shell, or of those of Windows, where no path has a double quote. */
export function quote(path: string): string {
  if (process.platform === "win32") return /^[\w:.\\-]+$/.test(path) ? path : `"${path}"`;
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
