import { isInside, type LocalNetwork } from "../../../nat/network.ts";
import { formatIp } from "../../../wire/address.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import { codeOf } from "../errors.ts";
import { ANNOUNCEMENT_PORT, bind, broadcastOf, problemOf } from "../net/lan-discovery.ts";
import { type Echo, echo } from "../net/probe-socket.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Of those that an organisation uses as it likes (RFC 2365 section 6.2); nobody listens to it but us. */
const GROUP = "239.192.77.83";
/** It does not leave this machine. */
const ECHO_MS = 1_500;

/**
 * Whether datagrams to all in the local network leave this machine and come in: routers (UPnP) and other nodes are
 * found that way. What a switch or an access point does to them cannot be seen from one machine.
 */
export async function lan({ networks }: Surroundings): Promise<Finding> {
  const { own } = await networks;
  const network = own.find(isHome);
  if (network === undefined) {
    return ok("lan-none", "no local network behind a router, so nobody to find there");
  }
  const ip = formatIp(network.ip);
  const [group, all] = await Promise.all([
    echo(ip, { group: GROUP }, ECHO_MS),
    echo(ip, { broadcast: broadcastOf(network) }, ECHO_MS),
  ]);
  const stopped = [...stop("multicast", group), ...stop("broadcast", all)];
  if (stopped.length === 0) return (await portTaken()) ?? works(ip);
  const kinds = stopped.length === 2 ? "multicast" : group === "heard" ? "broadcast" : "multicast";
  return problem(
    `lan-${kinds}-blocked`,
    `this machine blocks ${stopped.join(" and ")} at ${ip}`,
    `Let its firewall pass UDP to and from ${subnetOf(network)}: other nodes, and a router by UPnP, are found only so.`,
  );
}

function works(ip: string): Finding {
  return ok("lan-heard", `multicast and broadcast work at ${ip}`);
}

/** Whether nodes can listen there, beside each other. */
async function portTaken(): Promise<Finding | undefined> {
  try {
    const socket = await bind(4, ANNOUNCEMENT_PORT);
    socket.close();
    return undefined;
  } catch (error) {
    const text = problemOf(ANNOUNCEMENT_PORT, codeOf(error) ?? "unknown");
    const next = `See who has it: sudo ss -ulpn sport = :${ANNOUNCEMENT_PORT}. Without it, other nodes are found by tickets and trackers.`;
    return warning("lan-port-taken", text, next);
  }
}

function stop(what: string, heard: Echo): string[] {
  if (heard === "heard") return [];
  return [heard === "lost" ? what : `${what} (${heard})`];
}

function isHome(network: LocalNetwork): boolean {
  const { ip, gateway, prefixBits } = network;
  if (ip.length !== 4 || gateway === undefined || !isInside(network, gateway)) return false;
  // A link of two has no address for all (RFC 3021).
  return scopeOf(ip) === "private" && prefixBits <= 30;
}

function subnetOf({ ip, prefixBits }: LocalNetwork): string {
  const masked = ip.map((byte, i) => {
    return byte & ~(0xff >> Math.min(8, Math.max(0, prefixBits - 8 * i)));
  });
  return `${formatIp(masked)}/${prefixBits}`;
}
