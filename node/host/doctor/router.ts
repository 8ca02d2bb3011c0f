import { createLog } from "../log.ts";
import { discover } from "../portmap/discover.ts";
import { PACE, type Mapper } from "../portmap/mapper.ts";
import { PCP_NONCE_BYTES } from "../portmap/pcp-codec.ts";
import { mappingPlace, type Place } from "../portmap/router-place.ts";
import { hostRandom } from "../random.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether there is a way out of this network, and whether the router opens a port in it. */
export async function router(around: Surroundings): Promise<Finding> {
  const { own, exits, unreadable } = await around.networks;
  if (unreadable !== undefined) {
    return warning(
      "router-unknown",
      `the system does not tell its networks (${unreadable})`,
      "Allow this program AF_NETLINK, and more open files: ulimit -n 4096",
    );
  }
  if (exits.gateways.size === 0 && exits.sources.length === 0) {
    return problem(
      "router-none",
      "there is no way out of this network: no default route",
      "Connect this machine to a router, and see that it gets an address (DHCP).",
    );
  }
  const found = await around.router;
  if (found?.isMissing) {
    return problem(
      "router-silent",
      `the router ${found.ip} is not to be found in the local network`,
      "Switch it on, or correct this machine's default route.",
    );
  }
  const served = await around.served;
  const mapped = served.kind === "running" ? served.status.nat.portmap : null;
  if (mapped !== null) {
    return ok("router-mapped", `maps ${mapped.address} to the node, by ${mapped.protocol}`);
  }
  // No socket is bound for the question: the port is only to be named.
  const place = mappingPlace(own, [{ family: 4, host: "0.0.0.0", port: around.facts.port ?? 1 }]);
  if (place === undefined) return ok("router-none-needed", "no router is in the way over IPv4");
  const at = place.server.host;
  if (!around.settings.portmap)
    return ok("router-not-asked", `${at}, which is not asked for a port`);
  const protocol = await protocolOf(place);
  if (protocol !== undefined) return ok("router-maps", `${at} maps ports by ${protocol}`);
  return warning(
    "router-maps-nothing",
    `${at} maps no port when asked`,
    "Turn on UPnP, NAT-PMP or PCP there: everybody reaches a node with a port of its own.",
  );
}

/** The best one that it understands. */
async function protocolOf(place: Place): Promise<Mapper["protocol"] | undefined> {
  const around = {
    log: createLog({ level: "silent" }),
    random: hostRandom,
    nonce: hostRandom.bytes(PCP_NONCE_BYTES),
    pace: PACE,
  };
  const { mappers, close } = await discover(place, around, new AbortController().signal);
  try {
    for await (const { protocol } of mappers) return protocol;
    return undefined;
  } finally {
    await close();
  }
}
