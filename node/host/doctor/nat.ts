import type { NatSummary } from "../../../wire/message.ts";
import { type Finding, ok, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** What the NAT here does to paths, as a survey found out now, else as the running node knows. */
export async function nat({ survey, served }: Surroundings): Promise<Finding> {
  const [report, node] = await Promise.all([survey, served]);
  const known = node.kind === "running" ? node.status.nat : undefined;
  const mapping = report?.nat.mapping ?? known?.mapping ?? "unknown";
  const filtering = report?.nat.filtering ?? known?.filtering ?? "unknown";
  const ports = report?.nat.allocation ?? known?.portAllocation ?? "unknown";
  const kind = `mapping ${mapping}, filtering ${filtering}, ports ${ports}`;
  if (mapping === "unknown") {
    return warning(
      "nat-unknown",
      "unknown: it takes two trackers that answer, on different public addresses",
      "To know more: dispersy netcheck TRACKER TRACKER",
    );
  }
  if (isHard(mapping, ports) && !known?.portmap) {
    return warning(
      "nat-hard",
      `${kind}: to others behind such a NAT there is no path`,
      "Let the router map a port (UPnP, NAT-PMP or PCP), or forward the node's port by hand.",
    );
  }
  return ok(mapping === "none" ? "nat-none" : "nat-passable", kind);
}

/** Both sides of that kind cannot be brought together (README: where it stops). */
function isHard(mapping: string, ports: string): boolean {
  const perDestination: NatSummary["mapping"][] = [
    "address-dependent",
    "address-and-port-dependent",
  ];
  return perDestination.some((one) => one === mapping) && ports === "random";
}
