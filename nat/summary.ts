import type { Address } from "../wire/address.ts";
import { UNKNOWN_NAT, type Mapping, type NatSummary } from "../wire/message.ts";
import type { AddressVotes, Observation, Standing } from "./votes.ts";

const SCATTERED = 3;

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
  return { ...UNKNOWN_NAT, mapping: mappingOf(votes, winner, family, now) };
}

/**
 * RFC 4787 section 4.1, as far as it shows.
 * - Two groups and a majority see the same address: endpoint-independent. A dissenter lies or is out of date.
 * - Two groups agree without a majority: unknown, the mapping is changing. Likewise where two agree with each other and
 *   not with themselves, from another port.
 * - Unless all in all three ports were seen, and nobody with two ports saw one and the same: a change would show two.
 *   Two of a block of 512 ports are the same by chance once in 512 times. Address-and-port-dependent.
 * - Nobody agrees, and one IP saw two addresses of us from its two ports: address-and-port-dependent.
 * - Nobody agrees, but the two ports of one IP do: address-dependent.
 * - Nobody agrees, and nobody has two ports: at least address-dependent. It counts as address-and-port-dependent, which
 *   nearly all such NATs are and which asks more of whoever plans to get through.
 */
function mappingOf(votes: AddressVotes, winner: Address, family: 4 | 6, now: number): Mapping {
  const standings = votes.standings(family, now);
  const best = standings.find(({ address }) => address.key === winner.key)!;
  // Only what was seen of the same socket, and from the same side of the NAT, can be compared.
  const isComparable = (of: Standing | Observation) =>
    of.via === best.via && of.range === best.range;
  const groups = standings.filter(isComparable).reduce((sum, standing) => sum + standing.votes, 0);
  const observations = votes.observations(family, now).filter(isComparable);
  if (best.votes >= 2) {
    const isCertain = best.votes * 2 > groups && agreeing(observations, winner) >= 2;
    if (isCertain) return "endpoint-independent";
    return isScattered(observations) ? "address-and-port-dependent" : "unknown";
  }
  const ports = comparePorts(observations);
  if (ports === "different") return "address-and-port-dependent";
  if (groups < 2) return "unknown";
  return ports === "same" ? "address-dependent" : "address-and-port-dependent";
}

/** Groups of which all, whatever their port, see us at the address. */
function agreeing(observations: Observation[], { key }: Address): number {
  const groups = new Set(observations.map(({ group }) => group));
  for (const { group, seen } of observations) if (seen.key !== key) groups.delete(group);
  return groups.size;
}

/** Whether we were seen at three addresses or more, and at several by every group that observed us twice. */
function isScattered(observations: Observation[]): boolean {
  if (new Set(observations.map(({ seen }) => seen.key)).size < SCATTERED) return false;
  const names = [...new Set(observations.map(({ group }) => group))];
  const groups = names.map((name) => observations.filter(({ group }) => group === name));
  const repeated = groups.filter((of) => of.length > 1);
  return repeated.length >= 2 && repeated.every((of) => new Set(of.map(keyOf)).size > 1);
}

function keyOf({ seen }: Observation): string {
  return seen.key;
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
