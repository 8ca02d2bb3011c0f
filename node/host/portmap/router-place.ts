import { type LocalNetwork, isInside } from "../../../nat/network.ts";
import { Address, formatIp } from "../../../wire/address.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import { type BoundSocket, isWildcard } from "../net/udp.ts";

/** RFC 6886 and RFC 6887. */
const PORTMAP_PORT = 5_351;
const SSDP_PORT = 1_900;
const SSDP_GROUP = Address.of("239.255.255.250", SSDP_PORT)!;

/** A socket of ours behind a router, and where the router is asked. */
export interface Place {
  /** Number of the socket. */
  via: number;
  /** Our address in the router's subnet. */
  internal: Address;
  /** The router: PCP and NAT-PMP. */
  server: Address;
  /** Where UPnP is searched for. Not all routers answer both: the router alone, the whole LAN. */
  search: readonly Address[];
}

/**
 * Where a port mapping is of use: the IPv4 socket of a machine without a public IPv4 address, in a subnet whose router
 * is known. Never asks beyond the own subnet.
 */
export function mappingPlace(
  networks: readonly LocalNetwork[],
  bound: readonly BoundSocket[],
): Place | undefined {
  const via = bound.findIndex(({ family }) => family === 4);
  const socket = bound[via];
  if (socket === undefined) return undefined;
  const own = networks.filter(({ ip }) => {
    return ip.length === 4 && (isWildcard(socket.host) || formatIp(ip) === socket.host);
  });
  if (own.some(({ ip }) => scopeOf(ip) === "global")) return undefined;
  for (const network of own) {
    const { ip, gateway } = network;
    if (!isBehindRouter(ip) || gateway === undefined || !isInside(network, gateway)) continue;
    const internal = Address.of(formatIp(ip), socket.port);
    const server = Address.of(formatIp(gateway), PORTMAP_PORT);
    if (internal === undefined || server === undefined) continue;
    return { via, internal, server, search: [server.withPort(SSDP_PORT), SSDP_GROUP] };
  }
  return undefined;
}

function isBehindRouter(ip: Uint8Array): boolean {
  const scope = scopeOf(ip);
  return scope === "private" || scope === "carrier-grade";
}
