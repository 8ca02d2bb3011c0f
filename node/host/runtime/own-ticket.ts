import { Address } from "../../../wire/address.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import { formatHostPort, type HostPort } from "../../../wire/place.ts";
import type { WebSocketPlace } from "../../../wire/websocket-place.ts";
import type { LocalNetwork } from "../../core/inputs.ts";
import type { NatStatus } from "../../core/engine-status.ts";
import { unique } from "../net/seeds.ts";
import { type BoundSocket, isWildcard } from "../net/udp.ts";

/** How far a ticket carries: who can begin from the addresses that it names. */
export type TicketReach = "machine" | "lan" | "internet" | "nowhere";

/** What a node knows of the ways to it. */
export interface Whereabouts {
  bound: readonly BoundSocket[];
  networks: readonly LocalNetwork[];
  nat: NatStatus;
  /** Trackers and nodes that this one begins from itself. */
  seeds: readonly HostPort[];
  /** What the names among the seeds stand for. */
  seedAddresses: readonly Address[];
  /** Contacted peers by UDP, the most recent first. */
  contacts: readonly Address[];
  /** Where WebSockets are taken by us, as the user says, or by somebody whom we reach. */
  webSockets: readonly WebSocketPlace[];
}

/** A machine with containers has many subnets; peers are few and come and go; a ticket is to be passed on. */
const MAX_OWN = 4;
const MAX_SEEDS = 8;
const MAX_CONTACTS = 4;

/**
 * Where somebody who holds our ticket may begin, the most direct first. `at` gets the trust of whom the user names,
 * and is what we know ourselves: our own interfaces, what our router mapped, where those whom the user named see us,
 * and they themselves. What strangers say of us, and strangers themselves, are `peers`: however long an attacker is
 * in touch with us, nobody will trust it for our ticket.
 */
export function ticketPlaces(where: Whereabouts): { at: HostPort[]; peers?: HostPort[] } {
  const { mapped, addresses, possible } = where.nat;
  const confirmed = addresses.filter(({ key }) => !possible.some((other) => other.key === key));
  const at = unique([
    ...mapped.map(placeOf),
    ...confirmed.map(placeOf),
    ...ownAddresses(where).slice(0, MAX_OWN).map(placeOf),
    ...where.seeds.slice(0, MAX_SEEDS),
  ]);
  const known = new Set(at.map(formatHostPort));
  const heard = [...possible, ...where.contacts.slice(0, MAX_CONTACTS)].map(placeOf);
  const peers = unique(heard).filter((place) => !known.has(formatHostPort(place)));
  return peers.length === 0 ? { at } : { at, peers };
}

/** Who can begin from these places: see TicketReach. */
export function ticketReach(where: Whereabouts): TicketReach {
  const reaches = [...ownAddresses(where), ...others(where)].map(({ ip }) => reachOf(ip));
  reaches.push(...where.nat.mapped.map(({ ip }) => reachOf(ip)));
  reaches.push(...where.webSockets.map(webSocketReach));
  if (isOpen(where.nat)) reaches.push(...where.nat.addresses.map(({ ip }) => reachOf(ip)));
  const widest = (["internet", "lan", "machine"] as const).find((reach) => reaches.includes(reach));
  return widest ?? "nowhere";
}

/** Somebody else brings a stranger to us only while we are in touch with anybody. */
function others({ contacts, seeds, seedAddresses }: Whereabouts): Address[] {
  if (contacts.length === 0) return [];
  const literals = seeds.flatMap(({ host, port }) => Address.of(host, port) ?? []);
  return [...contacts, ...literals, ...seedAddresses];
}

/** Whether a stranger's first datagram gets through to our public address. */
function isOpen({ summary: { filtering } }: NatStatus): boolean {
  return filtering === "none" || filtering === "endpoint-independent";
}

/**
 * Where our sockets are found on this machine's networks, the likeliest first. The families take turns, IPv4 first,
 * which most can reach: many networks of one must not crowd out the best of the other.
 */
export function ownAddresses({
  bound,
  networks,
}: Pick<Whereabouts, "bound" | "networks">): Address[] {
  const [four, six] = ([4, 6] as const).map((family) => {
    const socket = bound.find((candidate) => candidate.family === family);
    return socket === undefined ? [] : addressesOf(socket, networks);
  });
  const own = alternately(four!, six!);
  if (own.length > 0) return own;
  // A machine without a network: its own processes can still meet.
  const socket = bound[0];
  const loopback = socket && Address.of(socket.family === 4 ? "127.0.0.1" : "::1", socket.port);
  return loopback === undefined ? [] : [loopback];
}

function addressesOf(
  { family, host, port }: BoundSocket,
  networks: readonly LocalNetwork[],
): Address[] {
  if (!isWildcard(host)) return [Address.of(host, port) ?? []].flat();
  return networks
    .filter(({ ip }) => (ip.length === 4 ? 4 : 6) === family && scopeOf(ip) !== "link-local")
    .flatMap(({ ip }) => Address.ofBytes(Uint8Array.of(...ip, port >> 8, port & 255)) ?? []);
}

function alternately<T>(first: readonly T[], second: readonly T[]): T[] {
  const turns = Math.max(first.length, second.length);
  return Array.from({ length: turns }, (_, turn) => [
    ...first.slice(turn, turn + 1),
    ...second.slice(turn, turn + 1),
  ]).flat();
}

function reachOf(ip: Uint8Array): TicketReach {
  const scope = scopeOf(ip);
  if (scope === "global") return "internet";
  return scope === "loopback" ? "machine" : "lan";
}

/** A name is one for others than this machine. */
function webSocketReach({ host, port }: WebSocketPlace): TicketReach {
  const address = Address.of(host, port);
  return address !== undefined
    ? reachOf(address.ip)
    : host === "localhost"
      ? "machine"
      : "internet";
}

function placeOf({ host, port }: Address): HostPort {
  return { host, port };
}
