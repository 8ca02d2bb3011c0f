import type { Address } from "../wire/address.ts";
import { isLink } from "../wire/address-scope.ts";
import type { Random } from "../wire/crypto.ts";
import type { NatSummary } from "../wire/message.ts";
import type { Candidate } from "./candidate.ts";
import type { CandidateTable } from "./table.ts";

/**
 * How many turns one choice may look at, per bucket. Only the requester itself and NATs that its own cannot meet are
 * passed over, so a choice fails for this reason only where nearly everybody has such a NAT; it goes on from there the
 * next time.
 */
const MAX_TURNS = 64;

/** Who asks to be introduced to somebody. */
export interface Requester {
  readonly address: Address;
  readonly nat: NatSummary;
  readonly instance?: string | undefined;
  /** Whether a candidate may be asked to meet it now; by default everybody. */
  readonly isFree?: (candidate: Candidate) => boolean;
}

/** Whether there can be a path between two NATs. */
export type MayMeet = (a: NatSummary, b: NatSummary) => boolean;

/**
 * Whom to introduce to a requester: somebody who receives what we send, so only the contacted and the requested, in
 * turn, and in each of the two in rotation. One of its family and scope: others could not reach it, or should not.
 */
export class Introducer {
  readonly #mayMeet: MayMeet;
  readonly #random: Random;
  #requestedFirst = false;

  constructor(mayMeet: MayMeet, random: Random) {
    this.#mayMeet = mayMeet;
    this.#random = random;
  }

  choose(table: CandidateTable, requester: Requester, now: number): Candidate | undefined {
    // Nobody else can send to the other end of a link.
    if (isLink(requester.address)) return undefined;
    const buckets = ["contacted", "requested"] as const;
    const [first, second] = this.#requestedFirst ? [buckets[1], buckets[0]] : buckets;
    this.#requestedFirst = !this.#requestedFirst;
    return (
      this.#nextIn(table, first, requester, now) ?? this.#nextIn(table, second, requester, now)
    );
  }

  #nextIn(
    table: CandidateTable,
    bucket: "contacted" | "requested",
    requester: Requester,
    now: number,
  ): Candidate | undefined {
    const rotation = table.rotation(bucket, requester.address, now);
    if (rotation === undefined) return undefined;
    for (let turns = Math.min(rotation.turnsForAll, MAX_TURNS); turns > 0; turns--) {
      const candidate = rotation.next(this.#random)!;
      if (this.#canMeet(candidate, requester)) return candidate;
    }
    return undefined;
  }

  #canMeet(candidate: Candidate, requester: Requester): boolean {
    if (candidate.address.key === requester.address.key) return false;
    if (requester.instance !== undefined && candidate.instance === requester.instance) return false;
    const isNeighbour = candidate.address.isAtSameIp(requester.address);
    if (!isNeighbour && !this.#mayMeet(candidate.nat, requester.nat)) return false;
    return requester.isFree?.(candidate) ?? true;
  }
}
