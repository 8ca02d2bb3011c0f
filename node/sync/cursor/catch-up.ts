import type { Answer, CursorOffer, Position, Subset } from "../../../wire/message.ts";
import { MAX_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { compareHeld, heldOf } from "../../sets/held.ts";
import { everything } from "../subset.ts";

/**
 * Parts of the set that peers are asked for side by side, each with a class of global times of its own, so that no two
 * send the same. All advance alike, so that grants come before what they allow.
 */
const LANES = 4;
/** Of one peer at once: while the bundles of one answer are checked and written, the next one travels. */
const LANES_PER_PEER = 2;
/** Asked for at first, and at most; doubled by every answer that comes whole, halved by one that does not. */
const LEAST_BYTES = 25 * 1024;
const MOST_BYTES = 100 * 1024;
/** Of what the first one holds, whoever else is asked holds at least so much. */
const LEAST_SHARE = 0.9;
/** An answer of which less came is asked for again. */
const ACCEPTED_SHARE = 0.5;
/**
 * Answers that bring nothing new, or next to nothing, are all forgiven that go over what is held already, at so many
 * bundles each, and a few more: who dribbles on and on must not keep us from asking others.
 */
const BUNDLES_PER_ANSWER = 16;
const FORGIVEN_ANSWERS = 8;
/** Of what was asked for, an honest answer that is not the last one brings nearly all. */
const LEAN_SHARE = 0.1;

/** One class of times, asked for from the beginning on. */
interface Lane {
  readonly offset: number;
  /** Up to where everything came; undefined at first. */
  reached: Position | undefined;
  isDone: boolean;
  /** Who is being asked. */
  peer: string | undefined;
}

/** What a session tells when it ends. */
interface Ended {
  peer: { key: string };
  answer: Answer | undefined;
  /** Datagrams that came. */
  received: number;
  /** Bytes of one of them, at most; by default what UDP has room for. */
  datagramBytes?: number;
  /** Whether any bundle in them was new. */
  hasPaid: boolean;
}

/** Asking for everything in order: an empty node, or one far behind, with several peers at once. */
export class CatchUp {
  /** BOUNDED: to LANES. */
  readonly #lanes: Lane[] = Array.from({ length: LANES }, (_, offset) => {
    return { offset, reached: undefined, isDone: false, peer: undefined };
  });
  /** Bundles that whoever is asked has to hold: those behind themselves would end it early. */
  readonly #least: number;
  /** Whose answers led nowhere. BOUNDED: by how many peers one meets until all is done. */
  readonly #spent = new Set<string>();
  #bytes = LEAST_BYTES;
  #forgiven: number;

  /** `told`: bundles held by the peer that it begins with; `held`: by us. */
  constructor(told: number, held: number) {
    this.#least = told * LEAST_SHARE;
    this.#forgiven = FORGIVEN_ANSWERS + Math.ceil(held / BUNDLES_PER_ANSWER);
  }

  get isDone(): boolean {
    return this.#lanes.every(({ isDone }) => isDone);
  }

  /** Whether nobody is being asked. */
  get isIdle(): boolean {
    return this.#lanes.every(({ peer }) => peer === undefined);
  }

  /**
   * Whether somebody led nowhere and nobody else is being asked: perhaps nobody holds what that one claimed to hold.
   */
  get isGivenUp(): boolean {
    return this.#spent.size > 0 && this.isIdle;
  }

  /** Whether a peer that holds `told` bundles can be asked for something that nobody is asked for yet. */
  hasPartFor(peer: string, told: number): boolean {
    const taken = this.#lanes.filter((lane) => lane.peer === peer).length;
    const isFree = taken < LANES_PER_PEER && this.#next() !== undefined;
    return isFree && told >= this.#least && !this.#spent.has(peer);
  }

  /**
   * The next part, of what is furthest behind; `hasPartFor` holds. `acceptable`: the highest global time that we would
   * admit.
   */
  offer(peer: string, acceptable: number): CursorOffer {
    const lane = this.#next()!;
    lane.peer = peer;
    const { reached } = lane;
    const subset: Subset = { ...everything(acceptable), modulo: LANES, offset: lane.offset };
    if (reached === undefined) return { kind: "cursor", subset, bytes: this.#bytes };
    const low = Math.min(reached.globalTime, acceptable);
    return { kind: "cursor", subset: { ...subset, low }, after: reached.id, bytes: this.#bytes };
  }

  /** What became of an offer; returns whether the peer is worth asking on. */
  outcome(offer: CursorOffer, ended: Ended): boolean {
    const lane = this.#lanes[offer.subset.offset]!;
    lane.peer = undefined;
    const { answer, received } = ended;
    if (answer === undefined) return false;
    const { datagrams, reached, more } = answer;
    this.#pace(received >= datagrams);
    const hasCome = received >= datagrams * ACCEPTED_SHARE;
    if (hasCome && reached === undefined && !more) {
      lane.isDone = true;
      return true;
    }
    const leadsBack = reached !== undefined && !isBeyond(reached, lane.reached);
    if (leadsBack || this.#isFruitless(offer, ended)) {
      this.#spent.add(ended.peer.key);
      return false;
    }
    if (!hasCome) return true;
    // The answerer's budget was spent, and nothing was looked at.
    if (reached === undefined) return false;
    // A copy: it would keep the whole datagram in memory.
    lane.reached = { ...reached, id: reached.id.slice() };
    return true;
  }

  /** Whether an answer brought nothing new, or far less than it was asked for, once too often. */
  #isFruitless({ bytes }: CursorOffer, ended: Ended): boolean {
    const { hasPaid, received, datagramBytes = MAX_DATAGRAM_BYTES } = ended;
    const isLean = received * datagramBytes < bytes * LEAN_SHARE;
    if (hasPaid && !isLean) return false;
    this.#forgiven -= 1;
    return this.#forgiven < 0;
  }

  #pace(isWhole: boolean): void {
    this.#bytes = isWhole
      ? Math.min(MOST_BYTES, this.#bytes * 2)
      : Math.max(LEAST_BYTES, this.#bytes / 2);
  }

  #next(): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.isDone || lane.peer !== undefined) continue;
      if (next === undefined || isBeyond(next.reached, lane.reached)) next = lane;
    }
    return next;
  }
}

/** Whether a place comes after another; nothing is before everything. */
function isBeyond(place: Position | undefined, other: Position | undefined): boolean {
  if (place === undefined || other === undefined) return place !== undefined;
  if (place.globalTime !== other.globalTime) return place.globalTime > other.globalTime;
  return compareHeld(heldOf(0, place.id), heldOf(0, other.id)) > 0;
}
