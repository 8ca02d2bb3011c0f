import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { formatBytes } from "../byte-size.ts";
import type { Status } from "../status/node-status.ts";
import { DiskSpace } from "../store/disk-space.ts";
import { type Finding, ok, problem } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether there is room for bundles: as the running node says, else as one started now would. */
export async function disk({ home, settings, served }: Surroundings): Promise<Finding> {
  const node = await served;
  const said = node.kind === "running" ? node.status.disk : null;
  if (said?.failure) {
    const { code, since } = said.failure;
    return problem(
      "disk-failed",
      `the node cannot store bundles since ${since} (${code})`,
      "Make room, or see in the system's log whether the disk is damaged.",
    );
  }
  const { takes, freeBytes, minFreeBytes } = said ?? lookAt(home, settings.minFreeBytes);
  if (freeBytes === null) return ok("disk-unknown", "the system does not tell how much is free");
  const least = formatBytes(minFreeBytes);
  const text = `${formatBytes(freeBytes)} free`;
  if (takes === "all") return ok("disk-ample", `${text}; at least ${least} shall stay so`);
  const next = "Make room on that disk, or allow for less with --min-free.";
  return takes === "own"
    ? problem("disk-low", `${text}, below ${least}: no bundles of others are taken`, next)
    : problem("disk-full", `${text}, below ${least}: no bundles are stored`, next);
}

type Room = Pick<NonNullable<Status["disk"]>, "takes" | "freeBytes" | "minFreeBytes">;

function lookAt(home: string, minFreeBytes: number | undefined): Room {
  const space = new DiskSpace(existing(home), minFreeBytes, () => {});
  space.close();
  const { room, freeBytes = null } = space;
  const takes = room === "ample" ? "all" : room === "reserve" ? "own" : "nothing";
  return { takes, freeBytes, minFreeBytes: space.minFreeBytes };
}

/** The folder itself, or the nearest one above it that is there. */
function existing(path: string): string {
  const above = dirname(resolve(path));
  return existsSync(path) || above === path ? path : existing(above);
}
