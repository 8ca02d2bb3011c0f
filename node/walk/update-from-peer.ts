import type { Candidate } from "../../candidates/candidate.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { NatSummary } from "../../wire/message.ts";
import { scopeOf } from "../../wire/address-scope.ts";

/**
 * Notes what a validated candidate says of itself. A node met under a second address takes the place of its first one
 * only where nobody else could claim to be it: at the same IP (its port changed), or inside our own network.
 */
export function updateFromPeer(
  table: CandidateTable,
  candidate: Candidate,
  said: { instance: Uint8Array; lan?: Address; nat: NatSummary },
  now: number,
): void {
  candidate.instance = toHex(said.instance);
  // What it says is nearly always what it said before: kept, it is an old object for the collector, and not a new one.
  if (!isSameNat(candidate.nat, said.nat)) candidate.nat = said.nat;
  if (candidate.lan?.key !== said.lan?.key) candidate.lan = said.lan;
  const other = table.sameInstance(candidate.instance, candidate.address, now);
  if (other === undefined) return;
  const samePlace = other.address.isAtSameIp(candidate.address);
  const nowInside =
    scopeOf(candidate.address.ip) !== "global" && other.lan?.key === candidate.address.key;
  if (samePlace || nowInside) table.remove(other.address);
}

function isSameNat(a: NatSummary, b: NatSummary): boolean {
  return (
    a.mapping === b.mapping &&
    a.filtering === b.filtering &&
    a.allocation === b.allocation &&
    a.portDelta === b.portDelta &&
    a.portLow === b.portLow &&
    a.portHigh === b.portHigh &&
    a.mappedPort === b.mappedPort
  );
}
