import type { Address } from "../wire/address.ts";
import { equalBytes } from "../wire/bytes.ts";
import type { NatSummary } from "../wire/message.ts";
import type { Candidate } from "./candidate.ts";
import type { CandidateTable } from "./table.ts";

/**
 * How many turns one choice may look at, per bucket. Only the requester itself and symmetric NATs are passed over, so a
 * choice fails for this reason only where nearly everybody has such a NAT; it goes on from there the next time.
 */
const MAX_TURNS = 64;

/** Who asks to be introduced to somebody. */
export interface Requester {
  readonly address: Address;
  readonly nat: NatSummary;
  readonly instance?: string | undefined;
}

/**
 * Whom to introduce to a requester: somebody who receives what we send, so only the contacted and the requested, in
 * turn, and in each of the two in rotation. One of its family and scope: others could not reach it, or should not.
 */
export class Introducer {
  #requestedFirst = false;

  choose(table: CandidateTable, requester: Requester, now: number): Candidate | undefined {
    const buckets = ["contacted", "requested"] as const;
    const [first, second] = this.#requestedFirst ? [buckets[1], buckets[0]] : buckets;
    this.#requestedFirst = !this.#requestedFirst;
    return nextIn(table, first, requester, now) ?? nextIn(table, second, requester, now);
  }
}

function nextIn(
  table: CandidateTable,
  bucket: "contacted" | "requested",
  requester: Requester,
  now: number,
): Candidate | undefined {
  const rotation = table.rotation(bucket, requester.address, now);
  if (rotation === undefined) return undefined;
  for (let turns = Math.min(rotation.size, MAX_TURNS); turns > 0; turns--) {
    const candidate = rotation.next()!;
    if (canMeet(candidate, requester)) return candidate;
  }
  return undefined;
}

function canMeet(candidate: Candidate, requester: Requester): boolean {
  if (candidate.address.key === requester.address.key) return false;
  if (requester.instance !== undefined && candidate.instance === requester.instance) return false;
  if (!isSymmetric(candidate.nat) || !isSymmetric(requester.nat)) return true;
  return equalBytes(candidate.address.ip, requester.address.ip);
}

/** Its public port is another one towards everybody: two of them cannot name each other a port. */
function isSymmetric({ mapping }: NatSummary): boolean {
  return mapping === "address-dependent" || mapping === "address-and-port-dependent";
}
