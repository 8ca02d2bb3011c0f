import { equalBytes } from "../../../wire/bytes.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import { type LocalNetwork, isInside } from "../../../nat/network.ts";

/** Default gateways by interface name and family, the one that the system prefers first. */
export type Gateways = ReadonlyMap<string, Uint8Array>;

/** Where the system goes out to the Internet, as far as it tells. */
export interface Exits {
  gateways: Gateways;
  /**
   * IPs of ours that it sends from; empty where gateways are known, since a VPN may take what is sent without being
   * where we are.
   */
  sources: readonly Uint8Array[];
}

/** A subnet as the machine knows it. */
export interface HostNetwork extends LocalNetwork {
  /** Of a LAN: what its interface is called in IPv6 addresses. */
  readonly zone?: string;
}

/** Made by programs for containers and virtual machines: the neighbours there are on this very machine. */
const BRIDGE =
  /^(docker|br-|veth|virbr|vnet|vmnet|vmbr|vboxnet|lxc|lxd|podman|cni|flannel|cali|bridge\d|vEthernet|VirtualBox|VMware)/i;
/** Virtual private networks: what is behind them is another place than where the machine stands. */
const TUNNEL = /^(tun|tap|utun|wg|tailscale|ts\d|zt|ipsec|ppp|nordlynx|Wintun|OpenVPN|WireGuard)/i;

/** A mobile network's: nobody around us is in it, and what is sent costs money. */
const CELLULAR = /^(wwan|rmnet|ccmni|pdp_ip|clat|v4-)/i;

/**
 * Networks with their interfaces' names, in the order in which neighbours are likely to reach us there: where the
 * system itself goes out comes first, then what has no gateway known, then what programs made for themselves, tunnels
 * last. So the names decide only where no gateway does: the bridge that a machine is itself connected by has one. The
 * first two kinds are LANs.
 */
export function byLikelihood(
  networks: readonly { name: string; zone: string; network: LocalNetwork }[],
  { gateways, sources }: Exits,
): HostNetwork[] {
  const preferred = [...gateways.keys()];
  const ranked = networks.map(({ name, zone, network }) => {
    const rank = rankOf(name, network, sources);
    return {
      network: hasNeighbours(name, rank, network) ? { ...network, isLan: true, zone } : network,
      rank,
      preference: preferred.indexOf(gatewayKey(name, network)),
    };
  });
  ranked.sort((a, b) => a.rank - b.rank || a.preference - b.preference);
  return ranked.map(({ network }) => network);
}

/** By what `Gateways` have it. */
export function gatewayKey(name: string, { ip }: Pick<LocalNetwork, "ip">): string {
  return `${name} ${ip.length === 4 ? "IPv4" : "IPv6"}`;
}

/** Whether it is a network of machines around us: not of this one alone, and not of one other that is far away. */
function hasNeighbours(name: string, rank: number, { ip, prefixBits }: LocalNetwork): boolean {
  if (rank > 1 || CELLULAR.test(name) || scopeOf(ip) === "loopback") return false;
  // A link of two has no address for all (RFC 3021).
  return ip.length * 8 - prefixBits >= 2;
}

function rankOf(name: string, network: LocalNetwork, sources: Exits["sources"]): number {
  if (TUNNEL.test(name)) return 3;
  if (leadsOut(network) || sources.some((ip) => equalBytes(ip, network.ip))) return 0;
  return BRIDGE.test(name) ? 2 : 1;
}

/** IPv6's routers are named by link-local addresses, which are in no subnet of ours. */
function leadsOut(network: LocalNetwork): boolean {
  const { ip, gateway } = network;
  return gateway !== undefined && (ip.length === 16 || isInside(network, gateway));
}
