import { readFileSync } from "node:fs";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { parseIp } from "../../../wire/address.ts";
import { equalBytes } from "../../../wire/bytes.ts";
import { type LocalNetwork, isInside } from "../../../nat/network.ts";
import {
  type Exits,
  type Gateways,
  type HostNetwork,
  byLikelihood,
  gatewayKey,
} from "./network-order.ts";
import { sourceIp } from "./udp.ts";
import { codeOf } from "../errors.ts";

/** No event tells of a change of network in Node; a walk step takes as long, so that one at most is lost. */
export const NETWORK_POLL_INTERVAL_MS = 5_000;

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Of a file, when a container does not show it: what it says is then unknown. Another failure passes. */
const NOT_SHOWN = new Set(["ENOENT", "EACCES", "EPERM"]);

/**
 * Our subnets, loopback and link-local IPv6 (useless without its scope) left out. Bound to one address, only
 * its subnet is ours, be it loopback: nobody reaches us at the others. Where neighbours are likely to reach us comes
 * first. Throws the system's error, as for want of descriptors (EMFILE) or netlink (EAFNOSUPPORT).
 */
export function localNetworks(exits: Exits, boundTo?: string): HostNetwork[] {
  return describeNetworks(networkInterfaces(), exits, boundTo);
}

/** Where the system goes out: Linux says by which gateways, the others at least from which address. */
export async function findExits(): Promise<Exits> {
  const gateways = readGateways();
  if (gateways.size > 0) return { gateways, sources: [] };
  const sources = await Promise.all([sourceIp(4), sourceIp(6)]);
  return { gateways, sources: sources.filter((ip) => ip !== undefined) };
}

export function describeNetworks(
  interfaces: Interfaces,
  exits: Exits,
  boundTo?: string,
): HostNetwork[] {
  const bound = boundTo === undefined ? undefined : parseIp(boundTo);
  const networks: { name: string; zone: string; network: LocalNetwork }[] = [];
  for (const [name, infos] of Object.entries(interfaces)) {
    const zone = zoneOf(name, infos);
    for (const info of infos ?? []) {
      const ip = parseIp(info.address);
      const prefixBits = Number(info.cidr?.split("/")[1] ?? Number.NaN);
      if (ip === undefined || !Number.isInteger(prefixBits)) continue;
      if (info.family === "IPv6" && info.scopeid !== 0) continue;
      const gateway = exits.gateways.get(gatewayKey(name, { ip }));
      const network = { ip, prefixBits, ...(gateway && { gateway }) };
      if (bound === undefined) {
        if (!info.internal) networks.push({ name, zone, network });
      } else if (equalBytes(bound, ip)) networks.push({ name, zone, network });
      // All of 127.0.0.0/8 can be bound to, though the interface names one address only.
      else if (info.internal && isInside(network, bound)) {
        networks.push({ name, zone, network: { ip: bound, prefixBits } });
      }
    }
  }
  return byLikelihood(networks, exits);
}

/** What comes after the % of an IPv6 address: Windows numbers its interfaces, all others name them. */
function zoneOf(name: string, infos: NetworkInterfaceInfo[] = []): string {
  if (process.platform !== "win32") return name;
  const numbers = infos.map((info) => (info.family === "IPv6" ? info.scopeid : 0));
  return String(Math.max(0, ...numbers));
}

/** A text that differs whenever the networks do. */
export function fingerprint(networks: HostNetwork[]): string {
  const hex = (bytes?: Uint8Array) => Buffer.from(bytes ?? []).toString("hex");
  return networks
    .map(({ ip, prefixBits, gateway, zone = "" }) => {
      return `${hex(ip)}/${prefixBits}>${hex(gateway)}%${zone}`;
    })
    .sort()
    .join(" ");
}

/** Others tell it only by commands of theirs. */
export const KNOWS_ROUTER = process.platform === "linux";

function readGateways(): Gateways {
  if (!KNOWS_ROUTER) return new Map();
  return new Map([
    ...parseIpv4Routes(readText("/proc/net/route")),
    ...parseIpv6Routes(readText("/proc/net/ipv6_route")),
  ]);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (NOT_SHOWN.has(codeOf(error) ?? "")) return "";
    throw error;
  }
}

interface Route {
  key: string;
  gateway: Uint8Array;
  /** The system takes the lowest. */
  metric: number;
}

/** The default routes in `/proc/net/route`: addresses are 32-bit words in the machine's order (proc(5)). */
export function parseIpv4Routes(text: string): Gateways {
  const routes: Route[] = [];
  for (const line of text.split("\n").slice(1)) {
    const fields = line.split("\t").map((field) => field.trim());
    const [name, destination, gateway = "", , , , metric, mask] = fields;
    // Half of everything begins with zeros too: a VPN's way to be preferred.
    if (destination !== "00000000" || mask !== "00000000") continue;
    if (!/^[0-9A-F]{8}$/.test(gateway) || /^0+$/.test(gateway)) continue;
    const word = new Uint8Array(Uint32Array.of(Number.parseInt(gateway, 16)).buffer);
    routes.push({ key: `${name} IPv4`, gateway: word, metric: Number(metric) });
  }
  return preferredFirst(routes);
}

/** The default routes in `/proc/net/ipv6_route`: destination, length, source, length, next hop, metric, ..., device. */
export function parseIpv6Routes(text: string): Gateways {
  const routes: Route[] = [];
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const [destination, length] = fields;
    const [nextHop = "", metric = "", name] = [fields[4], fields[5], fields[9]];
    if (destination === undefined || !/^0{32}$/.test(destination) || length !== "00") continue;
    if (!/^[0-9a-f]{32}$/.test(nextHop) || /^0+$/.test(nextHop)) continue;
    const gateway = new Uint8Array(Buffer.from(nextHop, "hex"));
    routes.push({ key: `${name} IPv6`, gateway, metric: Number.parseInt(metric, 16) });
  }
  return preferredFirst(routes);
}

function preferredFirst(routes: Route[]): Gateways {
  const gateways = new Map<string, Uint8Array>();
  for (const { key, gateway } of routes.sort((a, b) => a.metric - b.metric)) {
    if (!gateways.has(key)) gateways.set(key, gateway);
  }
  return gateways;
}
