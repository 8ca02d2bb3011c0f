import { MAX_GLOBAL_TIME, MAX_RANGES } from "../../../wire/limits.ts";
import type { Answer, CursorOffer } from "../../../wire/message.ts";
import { compareHeld, type Held } from "../../sets/held.ts";
import { everything } from "../subset.ts";
import type { DatagramArrivals } from "./arrivals.ts";
import {
  after,
  both,
  EVERYWHERE,
  FIRST,
  minus,
  placeOf,
  rangeOf,
  startOf,
  type Stretch,
  union,
} from "./stretches.ts";

/**
 * Parts of the set that peers are asked for side by side, each with a class of global times of its own, so that no two
 * send the same. All advance alike, so that grants come before what they allow. Who is asked alone, and has brought
 * something, is asked for all classes together: then a bundle comes after what it follows, and waits for nothing.
 */
const LANES = 4;
/** Of one who has brought nothing yet: whoever only drips shall not hold several lanes. */
const LANES_UNPROVEN = 1;
/** Stretches of one lane that are missing; beyond it the last ones are asked for as one, with what lies between. */
const MAX_MISSING = 256;
/** Of what those hold who lead somewhere, whoever is asked holds at least so much. */
const LEAST_SHARE = 0.9;
/**
 * Answers that bring nothing new, or next to nothing, are all forgiven that go over what is held already, at so many
 * bundles each, and a few more: who dribbles on and on must not keep us from asking others. One that pays earns one
 * back.
 */
const BUNDLES_PER_ANSWER = 16;
const FORGIVEN_ANSWERS = 8;
/** Whatever others did: the first answers of an honest peer may bring what is held. */
const FORGIVEN_TO_EACH = 3;
/** Of what was asked for, an honest answer that is not the last one brings nearly all. */
const LEAN_SHARE = 0.1;
/** Whoever brings so much helps, however little its user lets it send. */
const LEAN_BYTES = 4 * 1024;
/** A stretch between two datagrams that came is one that did not, or a few. */
const LEAST_STRETCH_BYTES = 2 * 1024;
const BUNDLE_BYTES = 512;
/** Peers in one catching up: more than a node meets in an hour. */
export const MAX_PEERS = 1_024;
/** With nobody asked for so long, nobody is left who has what is missing: other ways find it. */
const GIVE_UP_MS = 10_000;

/** What one peer is asked for. */
interface Part {
  readonly peer: string;
  /** What of it the answer speaks of. */
  stretches: Stretch[];
  /** Whether the peer said up to where it answers: the rest can be asked for meanwhile. */
  isAnswered: boolean;
}

/** One class of times, or all of them. */
interface Lane {
  readonly modulo: number;
  readonly offset: number;
  /** What nobody is being asked for. BOUNDED: to MAX_MISSING. */
  missing: Stretch[];
  /** BOUNDED: by the offers under way. */
  readonly parts: Map<CursorOffer, Part>;
  /** Who has nothing of what is missing, and has not shown that it has anything. BOUNDED: to MAX_PEERS. */
  readonly emptyAt: Set<string>;
}

type LaneStart = Pick<Lane, "modulo" | "offset"> & { missing: readonly Stretch[] };

/** What a peer says that it holds. */
export interface Told {
  /** Bundles. */
  count: number;
  /** The highest. */
  globalTime: number;
}

/** What a session tells when it ends. */
export interface Ended {
  peer: { key: string };
  answer: Answer | undefined;
  arrivals: DatagramArrivals;
  /** Bytes of the datagrams that came. */
  receivedBytes: number;
  /** Whether any bundle in them was new. */
  hasPaid: boolean;
  /** Whether some wait for the policy, which another part brings. */
  isUndecided: boolean;
}

/**
 * Asking for everything in order: an empty node, or one far behind, with several peers at once. What did not come goes
 * back to what is missing, and is asked for first, perhaps of another peer.
 */
export class CatchUp {
  /** One for each class. */
  readonly #classes = Array.from({ length: LANES }, (_, offset) => {
    return newLane({ modulo: LANES, offset, missing: EVERYWHERE });
  });
  /** What is missing of all classes, while one peer is asked alone. */
  readonly #whole = newLane({ modulo: 1, offset: 0, missing: [] });
  readonly #lanes: readonly Lane[] = [this.#whole, ...this.#classes];
  /** What each peer said it holds. BOUNDED: with #spent by MAX_PEERS; the others hold no more peers than these two. */
  readonly #told = new Map<string, Told>();
  /** Whose answers led somewhere. */
  readonly #proven = new Set<string>();
  /** Answers that brought nothing, by peer. */
  readonly #fruitless = new Map<string, number>();
  /** Whose answers led nowhere. */
  readonly #spent = new Set<string>();
  readonly #mostForgiven: number;
  #forgiven: number;
  #askedMs: number;

  /** `held`: bundles, by us. */
  constructor(held: number, now: number) {
    this.#mostForgiven = FORGIVEN_ANSWERS + Math.ceil(held / BUNDLES_PER_ANSWER);
    this.#forgiven = this.#mostForgiven;
    this.#askedMs = now;
  }

  /**
   * Whether nothing is missing up to the highest global time that anybody holds and we would admit, or nobody holds
   * more than the `held` that we do.
   */
  isDone({ acceptable, held }: { acceptable: number; held: number }): boolean {
    if (!this.isIdle || this.#told.size === 0) return false;
    if ([...this.#told.values()].every(({ count }) => count <= held)) return true;
    return this.#next(Math.min(acceptable, this.#highestTime)) === undefined;
  }

  /** Whether nobody is being asked. */
  get isIdle(): boolean {
    return this.#lanes.every(({ parts }) => parts.size === 0);
  }

  /** Whether nobody has been asked for long: perhaps nobody holds what somebody claimed to hold. */
  isGivenUp(now: number): boolean {
    return this.isIdle && now - this.#askedMs >= GIVE_UP_MS;
  }

  /** Whether a peer that says it holds so much can be asked for something that nobody is asked for yet. */
  hasPartFor(peer: string, told: Told, acceptable: number): boolean {
    if (this.#spent.has(peer)) return false;
    const peers = this.#told.size + this.#spent.size;
    if (!this.#told.has(peer) && peers >= MAX_PEERS) return false;
    this.#told.set(peer, told);
    if (this.#told.size === 1 && this.#proven.has(peer)) this.#gather();
    else this.#divide();
    if (this.#next(Math.min(acceptable, told.globalTime), peer) === undefined) return false;
    if (told.count < this.#highestCount * LEAST_SHARE) return false;
    return this.#proven.has(peer) || this.#partsOf(peer) < LANES_UNPROVEN;
  }

  /**
   * The next part, of what is furthest behind, of so many bytes and ranges at most; `hasPartFor` holds. `acceptable`:
   * the highest global time that we would admit.
   */
  offer(
    peer: string,
    limit: { acceptable: number; bytes: number; now: number; ranges?: number },
  ): CursorOffer {
    const { acceptable } = limit;
    const lane = this.#next(acceptable, peer)!;
    const first = lane.missing.slice(0, limit.ranges ?? MAX_RANGES);
    // What lies beyond will be admitted later, when the clock is there.
    const isBounded = acceptable < MAX_GLOBAL_TIME;
    const beyond = isBounded ? [{ from: startOf(acceptable + 1), before: undefined }] : [];
    const stretches = minus(first, beyond);
    lane.missing = minus(lane.missing, stretches);
    const { modulo, offset } = lane;
    const subset = { ...everything(acceptable), modulo, offset };
    const ranges = stretches.map(rangeOf);
    const bytes = Math.min(limit.bytes, guessBytes(stretches, modulo));
    const offer: CursorOffer = { kind: "cursor", subset, ranges, bytes };
    lane.parts.set(offer, { peer, stretches, isAnswered: false });
    this.#askedMs = limit.now;
    return offer;
  }

  /** A peer said up to where it answers: what lies beyond can be asked for meanwhile. */
  answered(offer: CursorOffer, { reached, more, datagrams }: Answer): void {
    const { lane, part } = this.#find(offer);
    if (part === undefined || part.isAnswered) return;
    part.isAnswered = true;
    // The answerer's budget was spent, and nothing was looked at.
    const isRefused = more && datagrams === 0;
    const end = isRefused ? FIRST : reached && after(placeOf(reached));
    if (end === undefined) return;
    const own = minus(part.stretches, [{ from: end, before: undefined }]);
    this.#miss(lane, minus(part.stretches, own));
    part.stretches = own;
  }

  /** What became of an offer; returns whether the peer is worth asking on. */
  outcome(offer: CursorOffer, ended: Ended): boolean {
    const { lane, part } = this.#find(offer);
    if (part === undefined) return false;
    lane.parts.delete(offer);
    const { answer, arrivals, peer } = ended;
    const isEmpty = answer?.more === false && answer.datagrams === 0;
    if (isEmpty && !this.#proven.has(peer.key)) {
      // Its word ends nothing for others: it may say so of everything.
      this.#miss(lane, part.stretches);
      lane.emptyAt.add(peer.key);
      this.#fruitless.set(peer.key, this.disappointments(peer.key) + 1);
      return true;
    }
    this.#miss(lane, minus(part.stretches, arrivals.covered(answer?.datagrams)));
    if (this.#isFruitless(offer, ended)) {
      this.#spent.add(peer.key);
      this.#told.delete(peer.key);
      return false;
    }
    return answer === undefined ? arrivals.size > 0 : answer.datagrams > 0 || !answer.more;
  }

  /** Answers of a peer that brought nothing, since one that did. */
  disappointments(peer: string): number {
    return this.#fruitless.get(peer) ?? 0;
  }

  /** A bundle came, and was dropped: it is to come again. */
  lacks(offer: CursorOffer, bundle: Held): void {
    this.#miss(this.#laneOf(offer), [{ from: bundle, before: after(bundle) }]);
  }

  /** A peer brought some of what it was asked for. */
  brought(peer: string): void {
    this.#proven.add(peer);
    for (const { emptyAt } of this.#lanes) emptyAt.delete(peer);
  }

  /** Whether an answer brought nothing new, or far less than it was asked for, once too often. */
  #isFruitless(
    offer: CursorOffer,
    { peer, answer, arrivals, receivedBytes, hasPaid, isUndecided }: Ended,
  ): boolean {
    if (answer?.more === false && arrivals.size >= answer.datagrams) return false;
    const leanBytes = Math.min(LEAN_BYTES, offer.bytes * LEAN_SHARE);
    const isLean = answer?.more === true && receivedBytes < leanBytes;
    if (hasPaid && !isLean) {
      this.#fruitless.delete(peer.key);
      this.#forgiven = Math.min(this.#mostForgiven, this.#forgiven + 1);
      return false;
    }
    if (isUndecided && !isLean) return false;
    this.#forgiven -= 1;
    const own = this.disappointments(peer.key) + 1;
    this.#fruitless.set(peer.key, own);
    return this.#forgiven < 0 && own >= FORGIVEN_TO_EACH;
  }

  /** What is missing of each class is asked for together. */
  #gather(): void {
    // Nearly always: all of it was gathered before.
    if (this.#classes.some(({ missing }) => missing.length === 0)) return;
    const common = this.#classes.map(({ missing }) => missing).reduce(both);
    if (common.length === 0) return;
    for (const lane of this.#classes) lane.missing = minus(lane.missing, common);
    this.#miss(this.#whole, common);
  }

  /** What is missing is asked for by classes. */
  #divide(): void {
    const { missing } = this.#whole;
    if (missing.length === 0) return;
    this.#whole.missing = [];
    for (const lane of this.#classes) this.#miss(lane, missing);
  }

  /** Adds to what nobody is being asked for. */
  #miss(lane: Lane, stretches: readonly Stretch[]): void {
    const missing = union(lane.missing, stretches);
    const last = missing.at(-1);
    if (missing.length > MAX_MISSING) {
      const rest = missing.splice(MAX_MISSING - 1);
      missing.push({ from: rest[0]!.from, before: last!.before });
    }
    lane.missing = missing;
  }

  /** The lane that is furthest behind, of those that the peer may have something of. */
  #next(acceptable: number, peer?: string): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes) {
      const first = lane.missing[0];
      if (first === undefined || first.from.globalTime > acceptable) continue;
      if (peer !== undefined && lane.emptyAt.has(peer)) continue;
      if (next === undefined || compareHeld(first.from, next.missing[0]!.from) < 0) next = lane;
    }
    return next;
  }

  #partsOf(peer: string): number {
    let parts = 0;
    for (const lane of this.#lanes) {
      for (const part of lane.parts.values()) if (part.peer === peer) parts += 1;
    }
    return parts;
  }

  /** The highest global time that anybody holds. */
  get #highestTime(): number {
    return [...this.#told.values()].reduce((most, { globalTime }) => Math.max(most, globalTime), 0);
  }

  /** Of those who did not disappoint yet: who claims much and brings nothing must not keep us from the others. */
  get #highestCount(): number {
    let highest = 0;
    for (const [peer, { count }] of this.#told) {
      if (!this.#fruitless.has(peer)) highest = Math.max(highest, count);
    }
    return highest;
  }

  #find(offer: CursorOffer): { lane: Lane; part: Part | undefined } {
    const lane = this.#laneOf(offer);
    return { lane, part: lane.parts.get(offer) };
  }

  #laneOf({ subset }: CursorOffer): Lane {
    return subset.modulo === this.#whole.modulo ? this.#whole : this.#classes[subset.offset]!;
  }
}

function newLane({ missing, ...ofTimes }: LaneStart): Lane {
  return { ...ofTimes, missing: [...missing], parts: new Map(), emptyAt: new Set() };
}

/** About how much lies in some stretches of a lane: mostly, each global time has a bundle. */
function guessBytes(stretches: readonly Stretch[], modulo: number): number {
  return stretches.reduce((bytes, { from, before }) => {
    const times = before === undefined ? Infinity : before.globalTime - from.globalTime;
    return bytes + Math.max(LEAST_STRETCH_BYTES, (times / modulo) * BUNDLE_BYTES);
  }, 0);
}
