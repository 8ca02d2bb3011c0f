import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Finding, ok, problem } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Bundles whose end is nearer than this are offered to nobody, so that clocks may differ by as much (see "Equal sets"
 * in ARCHITECTURE.md).
 */
const TOLERATED_MS = 120_000;
const NEXT =
  "Set the clock, best by NTP (timedatectl set-ntp true): bundles expire too early or too late.";

/**
 * Whether the clock is right, as far as that can be known with no server: it is behind where this machine changed files
 * at a later time than now, and wrong where the router of the own network tells another time. Peers and trackers tell
 * no time, and bundles only when they end.
 */
export async function clock({ home, wallMs, router }: Surroundings): Promise<Finding> {
  const written = newestChangeMs(home);
  const told = await router;
  if (told?.aheadMs !== undefined) {
    const seconds = Math.round(told.aheadMs / 1_000);
    if (Math.abs(told.aheadMs) <= TOLERATED_MS) {
      return ok("clock-agrees", `agrees with the router's within ${Math.abs(seconds)} s`);
    }
    const side = seconds < 0 ? "behind" : "ahead of";
    return problem(
      "clock-wrong",
      `${duration(Math.abs(told.aheadMs))} ${side} the clock of the router ${told.ip}`,
      NEXT,
    );
  }
  const behindMs = written - wallMs;
  if (behindMs > TOLERATED_MS) {
    const when = new Date(written).toISOString();
    return problem(
      "clock-behind",
      `this machine wrote files of this program at ${when}, ${duration(behindMs)} after now`,
      NEXT,
    );
  }
  return ok("clock-plausible", "nothing here says otherwise; the router tells no time");
}

/**
 * By the time of the last change of the inode, which is of this machine's own clock, whatever a copy or an archive
 * says.
 */
function newestChangeMs(home: string): number {
  const folders = [home, join(home, "store"), join(home, "overlays")];
  const paths = [fileURLToPath(import.meta.url), ...folders, ...folders.flatMap(inside)];
  return Math.max(...paths.map(changeMs));
}

function inside(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function changeMs(path: string): number {
  try {
    return statSync(path).ctimeMs;
  } catch {
    return 0;
  }
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
