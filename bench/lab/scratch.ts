import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Guard } from "./guard.ts";

/** BOUNDED: by what one experiment has under way. */
const folders = new Set<string>();
const guard = new Guard(leave);

/** An empty folder for homes, which is gone after `removeScratch`, or with this process if a signal ends it before. */
export function makeScratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `dispersy-${name}-`));
  if (folders.size === 0) guard.up();
  folders.add(folder);
  return folder;
}

export function removeScratch(folder: string): void {
  erase(folder);
  if (folders.delete(folder) && folders.size === 0) guard.down();
}

function leave(): void {
  for (const folder of folders) {
    try {
      erase(folder);
    } catch {
      // Somebody still writes there, and nobody is left to say it to.
    }
  }
}

function erase(folder: string): void {
  // A process that was killed may finish what it was about to write.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
