import type { Answer, CursorOffer, Subset, SubsetOffer } from "../../wire/message.ts";
import { cursorRanges, filterBytes, sketchSymbols } from "../../wire/sizes.ts";
import type { Profile } from "../core/profile.ts";
import type { Held } from "../sets/held.ts";
import { CatchUp } from "./cursor/catch-up.ts";
import { choose, type Choice } from "./chooser.ts";
import type { Epochs } from "./epochs.ts";
import { BloomOffers, type Occasion } from "./filter/bloom-offers.ts";
import type { Session } from "./sync-session.ts";
import { SketchSession } from "./sketch/sketch-session.ts";
import { Tail } from "./filter/newest-part.ts";
import { countIn } from "./subset.ts";

/**
 * Nobody is asked for everything again so soon: whoever pretended to have sent all of it must not make us begin again.
 */
const CATCH_UP_INTERVAL_MS = 10 * 60_000;

/** But when nobody brought it all, others may have come, or a network may be well again. */
const GIVEN_UP_INTERVAL_MS = 60_000;

/** What a peer said that it holds. */
export interface Told {
  /** Bundles. */
  count?: number | undefined;
  /** The highest. */
  globalTime?: number | undefined;
  /**
   * Whether it said so just now. Everything is asked for on fresh word only: what was told once may have been damaged,
   * or not be true any more.
   */
  isFresh: boolean;
}

/** Room in a request for an offer. */
export interface OfferRoom {
  filterBytes: number;
  symbols: number;
  ranges: number;
}

/** In a request of so many bytes, as if it were not sealed. */
export function roomIn(requestBytes: number): OfferRoom {
  return {
    filterBytes: filterBytes(requestBytes),
    symbols: sketchSymbols(requestBytes),
    ranges: cursorRanges(requestBytes),
  };
}

/** The asking side's memory between offers: by which means, from whom, and how far each of them is. */
export class OfferScheduler {
  readonly #profile: Profile;
  readonly #filters: BloomOffers;
  readonly #sketches: SketchSession;
  #ranges: number;
  #catchUp: CatchUp | undefined;
  #caughtUpMs = -Infinity;
  readonly #tail = new Tail();
  /** The last offer of the newest, and whether the last that was answered brought something. */
  #lastTail: SubsetOffer | undefined;
  #tailPays = true;
  /** Such offers since one of something else, and those of something else. */
  #tails = 0;
  #others = 0;
  /** Whom the last offer went to, those by cursor apart, and how many in a row. */
  #peer: string | undefined;
  #turn = 0;

  constructor(parts: OfferRoom & { profile: Profile; epochs: Epochs }) {
    this.#profile = parts.profile;
    this.#filters = new BloomOffers({ profile: parts.profile, filterBytes: parts.filterBytes });
    this.#sketches = new SketchSession(parts.epochs, parts.symbols);
    this.#ranges = parts.ranges;
  }

  /** The next offer has so much room: the path to its peer decides. */
  fit({ filterBytes, symbols, ranges }: OfferRoom): void {
    this.#filters.fit(filterBytes);
    this.#sketches.fit(symbols);
    this.#ranges = ranges;
  }

  /** The offer to send; `bytes`: what may be asked for, where it says. */
  next(occasion: Occasion, told: Told, limit: { now: number; bytes: number }): SubsetOffer {
    const { index, peer, acceptable, random } = occasion;
    if (peer !== this.#peer) this.#meet(peer);
    const choice = this.#choose(occasion, told, limit);
    this.#turn += 1;
    const { bytes, now } = limit;
    switch (choice.by) {
      case "cursor":
        this.#catchUp = new CatchUp(index.size, now);
        return this.hasPartFor(peer, told, acceptable)
          ? this.nextPart(peer, { acceptable, bytes, now })
          : this.#other(occasion, told, Infinity);
      case "sketch":
        return (
          this.#sketches.offer(index, acceptable, random, choice) ??
          this.#other(occasion, told, Infinity)
        );
      case "tail":
        return choice.breadth === 1
          ? this.#newest(occasion, told)
          : this.#other(occasion, told, choice.breadth);
      case "filter":
        return this.#other(occasion, told, Infinity);
    }
  }

  /**
   * Whether everything is being asked for in order, and `peer` can be asked for a part beside what others are asked
   * for.
   */
  hasPartFor(peer: string, told: Omit<Told, "isFresh">, acceptable: number): boolean {
    const { count = 0, globalTime = 0 } = told;
    return this.#catchUp?.hasPartFor(peer, { count, globalTime }, acceptable) === true;
  }

  /** Whether everything is being asked for in order. */
  isCatchingUp(state: {
    acceptable: number;
    held: number;
    now: number;
    /** Whether nothing that came is on its way to the store, where it moves what is acceptable. */
    isAllStored: boolean;
  }): boolean {
    const { now, isAllStored } = state;
    const catchUp = this.#catchUp;
    if (catchUp === undefined) return false;
    const isDone = isAllStored && catchUp.isDone(state);
    // All came, or nobody is left who brings more of it: filters and sketches find the rest.
    if (!isDone && !catchUp.isGivenUp(now)) return true;
    this.#caughtUpMs = isDone ? now : now - CATCH_UP_INTERVAL_MS + GIVEN_UP_INTERVAL_MS;
    this.#catchUp = undefined;
    return false;
  }

  /** The next part for the peer; `hasPartFor` holds. */
  nextPart(peer: string, limit: { acceptable: number; bytes: number; now: number }): CursorOffer {
    return this.#catchUp!.offer(peer, { ...limit, ranges: this.#ranges });
  }

  /** A peer brought some of a part. */
  partBrought(peer: string): void {
    this.#catchUp?.brought(peer);
  }

  /** A peer said up to where it answers a part: what lies beyond can be asked for meanwhile. */
  partAnswered(offer: CursorOffer, answer: Answer): void {
    this.#catchUp?.answered(offer, answer);
  }

  /** Parts that a peer was asked for and brought nothing of, since one that it did. */
  disappointments(peer: string): number {
    return this.#catchUp?.disappointments(peer) ?? 0;
  }

  /** A bundle of a part came, and was dropped. */
  partLacks(offer: CursorOffer, bundle: Held): void {
    this.#catchUp?.lacks(offer, bundle);
  }

  /** A bundle was stored, from wherever; `clock`: our global time. */
  stored(held: Held, clock: number): void {
    // What comes in order tells nothing of where the rest is found.
    if (this.#catchUp === undefined) this.#tail.stored(held.globalTime, clock);
    this.#filters.stored(held);
  }

  /** Whoever gets the next offer is known to hold something that we lack. */
  lacks(): void {
    this.#filters.lacks();
  }

  /** What was under way will not be answered. */
  reset(): void {
    this.#peer = undefined;
    this.#catchUp = undefined;
  }

  /** What came was lost for a reason of our own: everything may be asked for in order again. */
  beginAgain(): void {
    this.reset();
    this.#caughtUpMs = -Infinity;
  }

  /** Somebody holds just what we hold. */
  settled(): void {
    this.#filters.settled();
    this.#peer = undefined;
  }

  /**
   * What became of an offer; returns whether another one to the same peer is worth sending at once. `lacking`: bundles,
   * at least, that the peer holds and we lack.
   */
  outcome(session: Session, lacking: number): boolean {
    const { offer, peer, answer, stored, hasCome } = session;
    if (offer.kind === "cursor") return this.#catchUp?.outcome(offer, session) === true;
    if (answer === undefined) return false;
    if (offer.kind === "sketch") {
      return peer.key === this.#peer && this.#sketches.outcome(answer, stored);
    }
    if (stored > 0) this.#sketches.isStuck = false;
    const hasRest = answer.more || !hasCome;
    if (offer === this.#lastTail) {
      this.#tailPays = stored > 0;
      // The peer lacks as much of ours, about.
      if (!hasRest) this.#sketches.differed(2 * stored);
    }
    return this.#filters.outcome(peer.key, { stored, lacking, hasRest });
  }

  #meet(peer: string): void {
    this.#peer = peer;
    this.#turn = 0;
    this.#sketches.meet();
  }

  #newest(occasion: Occasion, told: Told): SubsetOffer {
    this.#tails += 1;
    return (this.#lastTail = this.#filters.within(this.#recent(occasion, told, 1), 1, occasion));
  }

  #other(occasion: Occasion, told: Told, breadth: number): SubsetOffer {
    this.#tails = 0;
    this.#others += 1;
    const range = this.#recent(occasion, told, breadth);
    return range.low > 1
      ? this.#filters.within(range, breadth, occasion)
      : this.#filters.next(occasion);
  }

  #recent({ index, clock, acceptable }: Occasion, told: Told, breadth: number): Subset {
    const { count = index.size, globalTime: newest = clock } = told;
    return this.#tail.subset({ newest, count, acceptable, breadth });
  }

  #choose(occasion: Occasion, told: Told, { now, bytes }: { now: number; bytes: number }): Choice {
    const { index } = occasion;
    const { perSketch, difference, isStuck, isSweeping } = this.#sketches;
    return choose(this.#profile, {
      held: index.size,
      recent: this.#tail.isLearnt ? countIn(index, this.#recent(occasion, told, 1)) : index.size,
      told: told.count,
      difference,
      isStuck,
      isSweeping,
      turn: this.#turn,
      tailPays: this.#tailPays,
      tails: this.#tails,
      others: this.#others,
      perSketch,
      mayCatchUp:
        told.isFresh &&
        bytes > 0 &&
        this.#catchUp === undefined &&
        now - this.#caughtUpMs >= CATCH_UP_INTERVAL_MS,
    });
  }
}
