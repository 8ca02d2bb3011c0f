import type { Address } from "../wire/address.ts";
import { UNKNOWN_NAT, type Mapping, type NatSummary } from "../wire/message.ts";
import type { AddressVotes, Observation } from "./votes.ts";

/**
 * What the votes show of our NAT, for one family. No translation when we are seen at an address of our own interfaces:
 * a voter cannot make that up. Filtering and port allocation do not show in votes: they stay unknown.
 */
export function summarise(
  votes: AddressVotes,
  isOwn: (ip: Uint8Array) => boolean,
  family: 4 | 6,
  now: number,
): NatSummary {
  const winner = votes.winner(family, now);
  if (winner === undefined) return UNKNOWN_NAT;
  if (isOwn(winner.ip)) return { ...UNKNOWN_NAT, mapping: "none" };
  const mapping = mappingOf(comparable(votes.observations(family, now), winner), winner);
  return { ...UNKNOWN_NAT, mapping };
}

/** Observations of the socket that the winner belongs to, from the same side of the NAT. */
function comparable(observations: Observation[], winner: Address): Observation[] {
  const like = observations.findLast(({ seen }) => seen.key === winner.key);
  return observations.filter(({ via, range }) => via === like?.via && range === like.range);
}

/**
 * RFC 4787 section 4.1, as far as it shows.
 * - Two groups and a majority see the same address: endpoint-independent. A dissenter lies or is out of date: mappings
 *   that depend on the address never agree by chance.
 * - Two groups agree without a majority: unknown, the mapping is changing.
 * - Nobody agrees, and one IP saw two addresses of us from its two ports: address-and-port-dependent.
 * - Nobody agrees, but the two ports of one IP do: address-dependent.
 * - Nobody agrees, and nobody has two ports: at least address-dependent. It counts as address-and-port-dependent, which
 *   nearly all such NATs are and which asks more of whoever plans to get through.
 */
function mappingOf(observations: Observation[], winner: Address): Mapping {
  const votes = new Map(observations.map(({ group, seen }) => [group, seen.key]));
  const agreeing = [...votes.values()].filter((seen) => seen === winner.key).length;
  if (agreeing >= 2) return agreeing * 2 > votes.size ? "endpoint-independent" : "unknown";
  const ports = comparePorts(observations);
  if (ports === "different") return "address-and-port-dependent";
  if (votes.size < 2) return "unknown";
  return ports === "same" ? "address-dependent" : "address-and-port-dependent";
}

/** Whether two ports of one voter's IP see us at the same address; undefined when no voter has two. */
function comparePorts(observations: Observation[]): "same" | "different" | undefined {
  const first = new Map<string, Observation>();
  let compared: "same" | undefined;
  for (const observation of observations) {
    const { host } = observation.voter;
    const other = first.get(host);
    if (other === undefined) first.set(host, observation);
    else if (other.seen.key !== observation.seen.key) return "different";
    else compared = "same";
  }
  return compared;
}
