import type { Address } from "../wire/address.ts";
import { equalBytes } from "../wire/bytes.ts";
import type { NatSummary } from "../wire/message.ts";
import { scopeOf, specialRange, type Scope } from "../wire/address-scope.ts";
import { isNeighbour, type LocalNetwork } from "./network.ts";

/**
 * Where to reach somebody who was named: at its mapped port, if a router forwards one to it, on the IP that was
 * observed.
 */
export function reachedAt(named: Address, { mappedPort }: NatSummary): Address {
  return mappedPort === 0 ? named : named.withPort(mappedPort);
}

/** Where a network of ours can be and nobody on the Internet. */
const LOCAL_SCOPES: ReadonlySet<Scope> = new Set([
  "loopback",
  "private",
  "carrier-grade",
  "link-local",
]);

/**
 * Whether to send anything to an address because a peer named it. `namer` is the peer's address as we observed it. A
 * peer on the Internet cannot aim us at our own network: a special address counts only when its namer is in the same
 * range. Nobody names addresses of the other family.
 */
export function mayContact(target: Address, namer: Address): boolean {
  if (target.family !== namer.family) return false;
  const scope = scopeOf(target.ip);
  if (scope === "global") return true;
  return LOCAL_SCOPES.has(scope) && specialRange(target.ip) === specialRange(namer.ip);
}

/**
 * Whether somebody named at `named` may be tried at `lan` as well: only when it comes out of the same NAT as we do, and
 * the address is a neighbour's in one of our own subnets. Even then small probes only: it is a claim.
 */
export function acceptsLan(claim: {
  lan: Address;
  /** The public address that comes with it, as the introducer observed it. */
  named: Address;
  /** Ours, as others observe it. */
  ownPublic: Address | undefined;
  networks: readonly LocalNetwork[];
}): boolean {
  const { lan, named, ownPublic, networks } = claim;
  if (ownPublic === undefined || !equalBytes(named.ip, ownPublic.ip)) return false;
  if (lan.family !== named.family || !LOCAL_SCOPES.has(scopeOf(lan.ip))) return false;
  return isNeighbour(networks, lan.ip);
}
