import type { Address } from "../wire/address.ts";
import { addressGroup, scopeOf, specialRange } from "../wire/address-scope.ts";

/** As the original's sweep: an observation of a mapping that nobody confirmed for so long says little. */
export const VOTE_LIFETIME_MS = 10 * 60_000;
/**
 * So long a stranger's word keeps our address from being replaced: longer than any contact goes unasked (57.5 s), so
 * whoever still sees us there has said so again.
 */
const SUPPORT_MS = 2 * 60_000;
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
  /** Whether the user named the voter. */
  readonly isNamed: boolean;
  readonly atMs: number;
}

/** How many groups last saw us at an address. */
export interface Standing {
  readonly address: Address;
  /** As of an observation. */
  readonly via: number;
  readonly range: string | undefined;
  readonly votes: number;
  /** Those among them that the user named. */
  readonly named: number;
}

type Tally = Standing & { votes: number; named: number; atMs: number };

/**
 * What others see as our address. One vote per address group, the newest: ten thousand voters in one subnet weigh as
 * much as one. Who is in a special range (our LAN, a carrier's network) votes only on our address there, and on the
 * Internet only the Internet votes. To be called for validated voters only: anybody can forge a source.
 *
 * Whom the user named outweighs all others. Among strangers the first address stays as long as anybody goes on to see
 * us there, however many say something else: an attacker has as many groups as it likes. What they say are possible
 * addresses, and no more (`others`). No datagram could prove more: whoever is told an address and reaches us may have
 * been told another one by the attacker, and lie along. BOUNDED: MAX_GROUPS groups, see `#leastWorth`;
 * MAX_OBSERVATIONS_PER_GROUP in each.
 */
export class AddressVotes {
  /** Observations per group, the newest last: that one is the vote. The least recent group first. */
  readonly #groups = new Map<string, Observation[]>();
  /** Per address voted for. BOUNDED: by the groups. */
  readonly #tallies = new Map<string, Tally>();
  readonly #winners: Partial<Record<4 | 6, Tally>> = {};
  /** No vote expires before, whoever votes in between. */
  #expiryMs = Infinity;

  vote(voter: Address, seen: Address, via: number, now: number, isNamed = false): void {
    this.expire(now);
    const { family } = seen;
    const range = specialRange(voter.ip);
    if (voter.family !== family || range !== specialRange(seen.ip)) return;
    if (range !== undefined && !isInhabited(voter.ip)) return;
    const group = groupOf(voter, isNamed);
    const observations = this.#groups.get(group) ?? [];
    const before = observations.at(-1);
    const earlier = observations.findIndex(
      (each) => each.voter.key === voter.key && each.via === via,
    );
    if (earlier >= 0) observations.splice(earlier, 1);
    else if (observations.length === MAX_OBSERVATIONS_PER_GROUP) observations.shift();
    observations.push({ voter, seen, via, group, range, isNamed, atMs: now });
    this.#replace(group, observations, before, now);
    // Before the user named it, it spoke as a stranger.
    if (isNamed) this.#withdraw(voter, groupOf(voter, false), now);
    this.#expiryMs = Math.min(this.#expiryMs, now + VOTE_LIFETIME_MS);
    if (this.#groups.size > MAX_GROUPS) this.#forget(this.#leastWorth(family), now);
  }

  /** Our address, on the Internet if anybody there sees us. */
  winner(family: 4 | 6, now: number): Address | undefined {
    this.expire(now);
    const winner = this.#winners[family];
    if (winner !== undefined && !isSupported(winner, now)) this.#elect(family, now);
    return this.#winners[family]?.address;
  }

  /** Whether somebody whom the user named sees us at that address. */
  isNamed({ key }: Address): boolean {
    return (this.#tallies.get(key)?.named ?? 0) > 0;
  }

  /** At most so many addresses besides where others see us on the Internet, those with the most votes first. */
  others(family: 4 | 6, now: number, most: number): Address[] {
    const winner = this.winner(family, now);
    return this.standings(family, now)
      .filter(({ address, range }) => range === undefined && address.key !== winner?.key)
      .sort((a, b) => b.votes - a.votes)
      .slice(0, most)
      .map(({ address }) => address);
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
  remove(voter: Address, now: number): void {
    for (const isNamed of [true, false]) this.#withdraw(voter, groupOf(voter, isNamed), now);
  }

  #withdraw(voter: Address, group: string, now: number): void {
    const observations = this.#groups.get(group);
    const others = observations?.filter((observation) => observation.voter.key !== voter.key);
    if (others === undefined || others.length === observations?.length) return;
    this.#replace(group, others, observations?.at(-1), now);
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
      this.#forget(group, now);
    }
    this.#expiryMs = Infinity;
  }

  /**
   * The least recent that the user did not name and that sees us elsewhere: no flood takes away who supports our
   * address.
   */
  #leastWorth(family: 4 | 6): string {
    const own = this.#winners[family]?.address.key;
    for (const [group, observations] of this.#groups) {
      const { isNamed, seen } = observations.at(-1)!;
      if (!isNamed && seen.key !== own) return group;
    }
    return this.#groups.keys().next().value!;
  }

  #forget(group: string, now: number): void {
    this.#replace(group, [], this.#groups.get(group)?.at(-1), now);
  }

  /** Gives the group, whose vote was `before`, these observations, as the most recent group; none: forgets it. */
  #replace(
    group: string,
    observations: Observation[],
    before: Observation | undefined,
    now: number,
  ): void {
    const after = observations.at(-1);
    this.#groups.delete(group);
    if (after !== undefined) this.#groups.set(group, observations);
    if (after !== undefined && after.seen.key === before?.seen.key) {
      this.#tallies.get(after.seen.key)!.atMs = after.atMs;
      return;
    }
    if (after !== undefined) this.#count(after, 1);
    if (before !== undefined) this.#count(before, -1);
    this.#elect((after ?? before)!.seen.family, now);
  }

  #count({ seen, via, range, isNamed, atMs }: Observation, by: 1 | -1): void {
    const known = this.#tallies.get(seen.key);
    const tally = known ?? { address: seen, via, range, votes: 0, named: 0, atMs };
    tally.votes += by;
    tally.named += isNamed ? by : 0;
    tally.atMs = Math.max(tally.atMs, atMs);
    if (tally.votes === 0) this.#tallies.delete(seen.key);
    else this.#tallies.set(seen.key, tally);
  }

  #elect(family: 4 | 6, now: number): void {
    const known = this.#winners[family];
    const incumbent = known?.votes === 0 ? undefined : known;
    let winner = incumbent;
    for (const tally of this.#tallies.values()) {
      if (tally.address.family !== family) continue;
      const isKept = winner === incumbent && winner !== undefined && isSupported(winner, now);
      if (winner === undefined || beats(tally, winner, isKept)) winner = tally;
    }
    if (winner === undefined) delete this.#winners[family];
    else this.#winners[family] = winner;
  }
}

function isInhabited(ip: Uint8Array): boolean {
  const scope = scopeOf(ip);
  return scope !== "multicast" && scope !== "reserved";
}

function groupOf({ ip }: Address, isNamed: boolean): string {
  const group = specialRange(ip) ?? addressGroup(ip);
  // A neighbour of whom the user named does not speak for it.
  return isNamed ? `named ${group}` : group;
}

/** `isKept`: votes of strangers cannot replace the winner. */
function beats(tally: Tally, winner: Tally, isKept: boolean): boolean {
  const isGlobal = tally.range === undefined;
  if (isGlobal !== (winner.range === undefined)) return isGlobal;
  if (tally.named !== winner.named) return tally.named > winner.named;
  return tally.votes > winner.votes && !isKept;
}

/** Whether votes of strangers cannot replace it. */
function isSupported({ named, atMs }: Tally, now: number): boolean {
  return named > 0 || now - atMs <= SUPPORT_MS;
}
