import type { Random } from "../../../wire/crypto.ts";
import { MAX_FILL, MAX_MODULO } from "../../../wire/limits.ts";
import type { BloomOffer, Subset } from "../../../wire/message.ts";
import type { Profile } from "../../core/profile.ts";
import type { Held } from "../../sets/held.ts";
import type { HeldIndex } from "../../store/store.ts";
import { capacityOf, type BloomFilter } from "./bloom.ts";
import { SUBSET_SELECTORS } from "./subset-selection.ts";
import { bloomOffer, chooseModulo, countIn, inSubset } from "../subset.ts";

/** Times that one filter is sent again (the original's value). */
export const MAX_REUSES = 100;
/** Offers in vain that follow each other at once, at most; the search goes on with the next step. */
const MAX_SEARCHES_AT_ONCE = 16;
/**
 * So many new bundles by one offer show that more are being written than steps can carry, and that others have as many.
 */
export const HIGH_RATE_BUNDLES = 16;
/** Room in the filter of a part: so many bundles at least, at 1 % false positives. */
const LEAST_ROOM = 64;
const BITS_PER_BUNDLE = 10;

/** The last filter sent. */
interface Sent {
  offer: BloomOffer;
  filter: BloomFilter;
  /** Whom it was last sent to. */
  peer: string;
  reuses: number;
  /** New bundles that this peer's last answer brought. */
  paid: number;
  /** Whether its last answer left something out. */
  hasRest: boolean;
  /** Infinity, or that of the newest part that it is of: what it does not bring tells nothing of the rest. */
  breadth: number;
}

/** What became of an offer. */
export interface Outcome {
  /** New bundles that it brought. */
  stored: number;
  /** Bundles, at least, that the peer holds and we lack. */
  lacking: number;
  /** Whether the answer was cut short by its limit, or a part of it lost: the same filter brings more. */
  hasRest: boolean;
}

/** What `BloomOffers.next` needs to know. */
export interface Occasion {
  peer: string;
  index: HeldIndex;
  /** Our global time. */
  clock: number;
  /** The highest global time that we would admit now. */
  acceptable: number;
  /** Most bundles that a peer contacted lately said it holds. */
  highestCountSeen: number;
  random: Random;
}

/** The asking side's memory between offers: sends a filter again while it pays, else builds a new one. */
export class BloomOffers {
  readonly #profile: Profile;
  #filterBytes = 0;
  #capacity = 0;
  #sent: Sent | undefined;
  /**
   * Somebody was known to hold more. It ends with a sweep in vain, not with equal counts: two nodes that each lack
   * something of the other have equal counts long before they have equal sets.
   */
  #isSearching = false;
  /** Offers in vain since one paid, in a search. */
  #searched = 0;
  /** Whether anything was stored since a search began. */
  #hasStored = false;
  /** The next class to ask for, where they are asked for in turn. */
  #turn: number | undefined;
  /** The same of the newest part, for each breadth of it. BOUNDED: by the few there are. */
  readonly #turns = new Map<number, number>();

  constructor({ profile, filterBytes }: { profile: Profile; filterBytes: number }) {
    this.#profile = profile;
    this.fit(filterBytes);
  }

  /** The next filter has so much room. */
  fit(filterBytes: number): void {
    if (filterBytes === this.#filterBytes) return;
    this.#filterBytes = filterBytes;
    this.#capacity = capacityOf(filterBytes * 8, this.#profile.falsePositiveRate);
  }

  /** The offer to send to `peer`. */
  next(occasion: Occasion): BloomOffer {
    return (
      this.#reuse(occasion.peer, Infinity) ??
      this.#offer(this.#choose(occasion), this.#filterBytes, Infinity, occasion)
    );
  }

  /**
   * An offer of what is held of a range of times, or of the next class of it: the newest part, of such a breadth. A
   * small one needs no more bytes than it has bits.
   */
  within(range: Subset, breadth: number, occasion: Occasion): BloomOffer {
    const { index, peer, random } = occasion;
    const reused = this.#reuse(peer, breadth);
    if (reused !== undefined) return reused;
    const turn = ((this.#turns.get(breadth) ?? 0) + 1) % MAX_MODULO;
    this.#turns.set(breadth, turn);
    const subset = chooseModulo(index, range, this.#capacity, random, turn);
    const room = Math.max(LEAST_ROOM, countIn(index, range));
    const bytes = Math.min(this.#filterBytes, Math.ceil((room * BITS_PER_BUNDLE) / 8));
    return this.#offer(subset, bytes, breadth, occasion);
  }

  /** A bundle was stored, from wherever: the filter that may be sent again must not ask for it. */
  stored(held: Held): void {
    this.#hasStored = true;
    if (this.#sent === undefined) return;
    const { filter, offer } = this.#sent;
    if (!inSubset(offer.subset, held.globalTime, held.w0)) return;
    filter.add(held.w0, held.w1, held.w2, held.w3);
  }

  /**
   * What the answer of `peer` to our last offer brought. Returns whether another offer to it is worth sending at once:
   * this one paid, or was an exhausted filter, or a search goes on.
   */
  outcome(peer: string, { stored, lacking, hasRest }: Outcome): boolean {
    if (stored > 0) this.#searched = 0;
    if (lacking > 0 && this.#profile.searches) this.#isSearching = true;
    if (this.#sent?.peer !== peer) return stored > 0;
    this.#sent.paid += stored;
    this.#sent.hasRest = hasRest;
    if (this.#sent.breadth < Infinity) return hasRest || lacking > 1 || stored < HIGH_RATE_BUNDLES;
    if (stored > 0 || this.#sent.reuses > 0) return true;
    return this.#isSearching && this.#shouldContinueSearching();
  }

  /**
   * Whoever gets the next offer is known to hold something that we lack: search, unless that was in vain since we last
   * stored.
   */
  lacks(): void {
    if (!this.#profile.searches) return;
    this.#isSearching = true;
    if (this.#hasStored) this.#searched = 0;
    this.#hasStored = false;
  }

  /** Somebody holds just what we hold: whatever was known to be missing has come. */
  settled(): void {
    this.#isSearching = false;
  }

  /** A few more classes at once, until every class was asked for in vain. */
  #shouldContinueSearching(): boolean {
    this.#searched += 1;
    if (this.#searched >= this.#sent!.offer.subset.modulo) this.#isSearching = false;
    return this.#isSearching && this.#searched % MAX_SEARCHES_AT_ONCE !== 0;
  }

  #reuse(peer: string, breadth: number): BloomOffer | undefined {
    const sent = this.#sent;
    if (sent === undefined || sent.breadth !== breadth) return undefined;
    if (sent.paid === 0 || sent.reuses === MAX_REUSES) return undefined;
    // Where bundles are written all the time, one filter would pay for ever, a bundle or two each time, and the other
    // classes wait.
    if (this.#profile.searches && !sent.hasRest) return undefined;
    // What was added since may have filled it, and a filter of no bundles is too small to add any. It may be too large
    // for this peer.
    if (sent.filter.bytes.length !== this.#filterBytes || sent.filter.fill > MAX_FILL)
      return undefined;
    sent.peer = peer;
    sent.reuses += 1;
    sent.paid = 0;
    return sent.offer;
  }

  #offer(subset: Subset, bytes: number, breadth: number, occasion: Occasion): BloomOffer {
    const { index, peer, random } = occasion;
    const { falsePositiveRate } = this.#profile;
    const fresh = bloomOffer(index, subset, bytes, falsePositiveRate, random);
    this.#sent = { ...fresh, peer, reuses: 0, paid: 0, hasRest: false, breadth };
    return fresh.offer;
  }

  #choose({ index, clock, acceptable, highestCountSeen, random }: Occasion): Subset {
    const { searches, subsets } = this.#profile;
    const lead = searches ? 0 : this.#capacity;
    return SUBSET_SELECTORS[subsets]({
      index,
      clock,
      acceptable,
      capacity: this.#capacity,
      isLagging: this.#isSearching || highestCountSeen > index.size + lead,
      nextTurn: () => this.#nextTurn(random),
      random,
    });
  }

  /** Asking for the classes in turn needs as many offers as classes; the original draws, which needs 2.5 times more. */
  #nextTurn(random: Random): number | undefined {
    if (!this.#profile.searches) return undefined;
    this.#turn =
      this.#turn === undefined ? random.below(MAX_MODULO) : (this.#turn + 1) % MAX_MODULO;
    return this.#turn;
  }
}
