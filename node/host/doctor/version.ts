import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether Node, this program, the home and those we talk to fit together. */
export async function version(around: Surroundings): Promise<Finding> {
  const { nodeVersion, leastNodeVersion } = around;
  if (isOlder(nodeVersion, leastNodeVersion)) {
    return problem(
      "version-node",
      `Node.js ${nodeVersion} is too old`,
      `Install Node.js ${leastNodeVersion} or newer.`,
    );
  }
  const [store, served, asked] = await Promise.all([around.store, around.served, around.asked]);
  if (store.kind === "other-format") {
    return problem(
      "version-home",
      store.message,
      "Install the newest version of this program, or name another folder with --home.",
    );
  }
  const overlays = served.kind === "running" ? served.status.overlays : [];
  const newer = overlays.find(({ unknownRequirements }) => unknownRequirements > 0);
  if (newer !== undefined) {
    return problem(
      "version-overlay",
      `overlay ${newer.overlay.slice(0, 12)} requires a newer version of this program`,
      "Install the newest version: until then this node takes no part in it.",
    );
  }
  const place = asked.find(({ outcome }) => outcome === "newer");
  if (place !== undefined) {
    return problem(
      "version-protocol",
      `${place.place} speaks only a newer protocol`,
      "Install the newest version of this program.",
    );
  }
  const counters = served.kind === "running" ? served.status.counters : {};
  const unread = counters["rejected: version-unsupported"] ?? 0;
  if (unread > 0) {
    return warning(
      "version-peers",
      `${unread} datagrams of a version that this one does not know came`,
      "See whether there is a newer version of this program.",
    );
  }
  return ok("version-fits", `Node.js ${nodeVersion}, which this program is made for`);
}

function isOlder(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split(".").map(Number));
  for (let i = 0; i < want!.length; i++) {
    const difference = (have![i] ?? 0) - want![i]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
