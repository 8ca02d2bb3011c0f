import { equalBytes } from "../wire/bytes.ts";
import { startsWith } from "../wire/address-scope.ts";

/** A local subnet: an address of ours, how many leading bits of it name the network, its gateway if known. */
export interface LocalNetwork {
  /** 4 or 16 bytes. */
  readonly ip: Uint8Array;
  readonly prefixBits: number;
  readonly gateway?: Uint8Array;
  /** Whether machines around us are in it, to which we announce ourselves; else a container's, a VPN's, or unwanted. */
  readonly isLan?: boolean;
}

/** Whether the IP is in the subnet, whatever it stands for there. */
export function isInside({ ip, prefixBits }: LocalNetwork, other: Uint8Array): boolean {
  return other.length === ip.length && startsWith(other, ip, prefixBits);
}

/**
 * Whether the IP can be a neighbour's: in a subnet of ours, and in none of them our own address, the gateway or the
 * address of the whole subnet (subnets can overlap).
 */
export function isNeighbour(networks: readonly LocalNetwork[], other: Uint8Array): boolean {
  const around = networks.filter((network) => isInside(network, other));
  return around.length > 0 && !around.some((network) => isTaken(network, other));
}

/** Whether the IP stands for a whole subnet of ours: what is sent there reaches everybody, or nobody. */
export function isWholeNetwork(networks: readonly LocalNetwork[], ip: Uint8Array): boolean {
  return networks.some((network) => isInside(network, ip) && isWholeSubnet(network, ip));
}

/** Whether the IP is a gateway of ours, or stands for a whole subnet of ours: nothing that a node can be at. */
export function isInfrastructure(networks: readonly LocalNetwork[], ip: Uint8Array): boolean {
  return networks.some((network) => isInside(network, ip) && isNoHost(network, ip));
}

function isTaken(network: LocalNetwork, ip: Uint8Array): boolean {
  return equalBytes(ip, network.ip) || isNoHost(network, ip);
}

function isNoHost(network: LocalNetwork, ip: Uint8Array): boolean {
  const { gateway } = network;
  return isWholeSubnet(network, ip) || (gateway !== undefined && equalBytes(ip, gateway));
}

/**
 * IPv4's network and broadcast addresses (RFC 1122 section 3.2.1.3), IPv6's subnet-router anycast address (RFC 4291
 * section 2.6.1). Point-to-point links of one or two addresses have neither (RFC 3021, RFC 6164).
 */
function isWholeSubnet({ prefixBits }: LocalNetwork, ip: Uint8Array): boolean {
  if (ip.length * 8 - prefixBits < 2) return false;
  if (hasHostBits(ip, prefixBits, 0)) return true;
  return ip.length === 4 && hasHostBits(ip, prefixBits, 1);
}

/** Whether all bits after the prefix are `bit`. */
function hasHostBits(ip: Uint8Array, prefixBits: number, bit: 0 | 1): boolean {
  for (let at = prefixBits; at < ip.length * 8; at++) {
    if (((ip[at >> 3]! >> (7 - (at & 7))) & 1) !== bit) return false;
  }
  return true;
}
