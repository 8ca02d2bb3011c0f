import type { Address } from "../wire/address.ts";
import { addressGroup, scopeOf, specialRange } from "../wire/scope.ts";

/** As the original's sweep: an observation of a mapping that nobody confirmed for so long says little. */
export const VOTE_LIFETIME_MS = 10 * 60_000;
/** More voters than a node has candidates. */
export const MAX_GROUPS = 64;
/** Two ports of two IPs tell the kinds of mapping apart; the rest is spare. */
const MAX_OBSERVATIONS_PER_GROUP = 4;

/** Somebody says how it sees us. */
export interface Observation {
  readonly voter: Address;
  readonly seen: Address;
  /** The socket of ours that it sees. */
  readonly via: number;
  /** Key of the voter's address group. */
  readonly group: string;
  /** The special range that both are in; undefined on the Internet. */
  readonly range: string | undefined;
  readonly atMs: number;
}

/** How many groups last saw us at an address. */
export interface Standing {
  readonly address: Address;
  /** As of an observation. */
  readonly via: number;
  readonly range: string | undefined;
  readonly votes: number;
}

type Tally = Standing & { votes: number };

/**
 * What others see as our address. One vote per address group, the newest: ten thousand voters in one subnet weigh as
 * much as one. Who is in a special range (our LAN, a carrier's network) votes only on our address there, and on the
 * Internet only the Internet votes. To be called for validated voters only: anybody can forge a source.
 * BOUNDED: MAX_GROUPS groups, the least recent gives way; MAX_OBSERVATIONS_PER_GROUP in each.
 */
export class AddressVotes {
  /** Observations per group, the newest last: that one is the vote. The least recent group first. */
  readonly #groups = new Map<string, Observation[]>();
  /** Per address voted for. BOUNDED: by the groups. */
  readonly #tallies = new Map<string, Tally>();
  readonly #winners: Partial<Record<4 | 6, Tally>> = {};
  /** No vote expires before, whoever votes in between. */
  #expiryMs = Infinity;

  vote(voter: Address, seen: Address, via: number, now: number): void {
    this.expire(now);
    const range = specialRange(voter.ip);
    if (voter.family !== seen.family || range !== specialRange(seen.ip)) return;
    if (range !== undefined && !isInhabited(voter.ip)) return;
    const group = range ?? addressGroup(voter.ip);
    const observations = this.#groups.get(group) ?? [];
    const before = observations.at(-1);
    const earlier = observations.findIndex(
      (each) => each.voter.key === voter.key && each.via === via,
    );
    if (earlier >= 0) observations.splice(earlier, 1);
    else if (observations.length === MAX_OBSERVATIONS_PER_GROUP) observations.shift();
    observations.push({ voter, seen, via, group, range, atMs: now });
    this.#replace(group, observations, before);
    this.#expiryMs = Math.min(this.#expiryMs, now + VOTE_LIFETIME_MS);
    if (this.#groups.size > MAX_GROUPS) this.#forget(this.#groups.keys().next().value!);
  }

  /** Our address as most see it, on the Internet if anybody there does. Another one needs strictly more votes. */
  winner(family: 4 | 6, now: number): Address | undefined {
    this.expire(now);
    return this.#winners[family]?.address;
  }

  /** All addresses voted for. */
  standings(family: 4 | 6, now: number): Standing[] {
    this.expire(now);
    return [...this.#tallies.values()].filter(({ address }) => address.family === family);
  }

  /** Everything seen lately, also by several voters of one group; within a group, the newest last. */
  observations(family: 4 | 6, now: number): Observation[] {
    this.expire(now);
    return [...this.#groups.values()]
      .flat()
      .filter(({ seen, atMs }) => seen.family === family && now < atMs + VOTE_LIFETIME_MS);
  }

  /** Takes back what this voter said. */
  remove(voter: Address): void {
    const group = specialRange(voter.ip) ?? addressGroup(voter.ip);
    const observations = this.#groups.get(group);
    const others = observations?.filter((observation) => observation.voter.key !== voter.key);
    if (others === undefined || others.length === observations?.length) return;
    this.#replace(group, others, observations?.at(-1));
  }

  /** The network changed: nothing seen so far says anything. */
  clear(): void {
    this.#groups.clear();
    this.#tallies.clear();
    delete this.#winners[4];
    delete this.#winners[6];
  }

  /** Forgets what nobody confirmed in time. Whoever asks for something does so first. */
  expire(now: number): void {
    if (now < this.#expiryMs) return;
    this.#expiryMs = Infinity;
    for (const [group, observations] of this.#groups) {
      this.#expiryMs = observations.at(-1)!.atMs + VOTE_LIFETIME_MS;
      if (now < this.#expiryMs) return;
      this.#forget(group);
    }
    this.#expiryMs = Infinity;
  }

  #forget(group: string): void {
    this.#replace(group, [], this.#groups.get(group)?.at(-1));
  }

  /** Gives the group, whose vote was `before`, these observations, as the most recent group; none: forgets it. */
  #replace(group: string, observations: Observation[], before: Observation | undefined): void {
    const after = observations.at(-1);
    this.#groups.delete(group);
    if (after !== undefined) this.#groups.set(group, observations);
    if (after !== undefined && after.seen.key === before?.seen.key) return;
    if (after !== undefined) this.#count(after, 1);
    if (before !== undefined) this.#count(before, -1);
    this.#elect((after ?? before)!.seen.family);
  }

  #count({ seen, via, range }: Observation, by: 1 | -1): void {
    const tally = this.#tallies.get(seen.key) ?? { address: seen, via, range, votes: 0 };
    tally.votes += by;
    if (tally.votes === 0) this.#tallies.delete(seen.key);
    else this.#tallies.set(seen.key, tally);
  }

  #elect(family: 4 | 6): void {
    let winner = this.#winners[family];
    if (winner?.votes === 0) winner = undefined;
    for (const tally of this.#tallies.values()) {
      if (tally.address.family !== family) continue;
      if (winner === undefined || beats(tally, winner)) winner = tally;
    }
    if (winner === undefined) delete this.#winners[family];
    else this.#winners[family] = winner;
  }
}

function isInhabited(ip: Uint8Array): boolean {
  const scope = scopeOf(ip);
  return scope !== "multicast" && scope !== "reserved";
}

function beats(tally: Tally, winner: Tally): boolean {
  const isGlobal = tally.range === undefined;
  if (isGlobal !== (winner.range === undefined)) return isGlobal;
  return tally.votes > winner.votes;
}
