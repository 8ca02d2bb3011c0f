import type { Random } from "../../../wire/crypto.ts";
import { MAX_FILL, MAX_MODULO } from "../../../wire/limits.ts";
import type { BloomOffer, Subset } from "../../../wire/message.ts";
import type { Profile } from "../../profile.ts";
import type { Held, HeldIndex } from "../../store/store.ts";
import { capacityOf, type BloomFilter } from "./bloom.ts";
import { choosePivot } from "./pivot.ts";
import { bloomOffer, chooseModulo, inSubset } from "../subset.ts";

/** Times that one filter is sent again (the original's value). */
export const MAX_REUSES = 100;
/** Offers in vain that follow each other at once, at most; the search goes on with the next step. */
const MAX_SEARCHES_AT_ONCE = 16;
/** By how many fresh offers in a row brought nothing: the probability that the next is left out (the original's). */
const SKIP_PROBABILITIES = [0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/** The last filter sent. */
interface Sent {
  offer: BloomOffer;
  filter: BloomFilter;
  /** Whom it was last sent to. */
  peer: string;
  reuses: number;
  /** New bundles that this peer's last answer brought. */
  paid: number;
}

/** What `Offering.next` needs to know. */
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

/**
 * The asking side's memory between offers: sends a filter again while it pays, else builds a new one, or leaves the
 * offer out after many that brought nothing.
 */
export class Offering {
  readonly #profile: Profile;
  readonly #filterBytes: number;
  readonly #capacity: number;
  #sent: Sent | undefined;
  /** Fresh offers in a row that brought nothing. */
  #vain = 0;
  /**
   * Somebody was known to hold more. It ends with a sweep in vain, not with equal counts: two nodes that each lack something of
   * the other have equal counts long before they have equal sets.
   */
  #isSearching = false;
  /** Offers in vain since one paid, in a search. */
  #searched = 0;
  /** Whether anything was stored since a search began. */
  #hasStored = false;
  /** The next class to ask for, where they are asked for in turn. */
  #turn: number | undefined;

  constructor({ profile, filterBytes }: { profile: Profile; filterBytes: number }) {
    this.#profile = profile;
    this.#filterBytes = filterBytes;
    this.#capacity = capacityOf(filterBytes * 8, profile.falsePositiveRate);
  }

  /** The offer to send to `peer`; undefined when this round goes without. */
  next(occasion: Occasion): BloomOffer | undefined {
    const reused = this.#reuse(occasion.peer);
    if (reused !== undefined) return reused;
    if (this.#skips(occasion)) {
      this.#sent = undefined;
      return undefined;
    }
    const subset = this.#choose(occasion);
    const { falsePositiveRate } = this.#profile;
    const { index, peer, random } = occasion;
    const fresh = bloomOffer(index, subset, this.#filterBytes, falsePositiveRate, random);
    this.#sent = { ...fresh, peer, reuses: 0, paid: 0 };
    return fresh.offer;
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
   * What the answer of `peer` to our last offer brought, and how many bundles, at least, it holds that we lack. Returns whether
   * another offer to it is worth sending at once: this one paid, or was an exhausted filter, or a search goes on.
   */
  outcome(peer: string, newBundles: number, lacking: number): boolean {
    if (newBundles > 0) {
      this.#vain = 0;
      this.#searched = 0;
    }
    if (lacking > 0 && this.#profile.searches) this.#isSearching = true;
    if (this.#sent?.peer !== peer) return newBundles > 0;
    this.#sent.paid += newBundles;
    if (newBundles > 0 || this.#sent.reuses > 0) return true;
    return this.#isSearching && this.#goesOnSearching();
  }

  /** Whoever gets the next offer is known to hold something that we lack: search, unless that was in vain since we last stored. */
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
  #goesOnSearching(): boolean {
    this.#searched += 1;
    if (this.#searched >= this.#sent!.offer.subset.modulo) this.#isSearching = false;
    return this.#isSearching && this.#searched % MAX_SEARCHES_AT_ONCE !== 0;
  }

  #reuse(peer: string): BloomOffer | undefined {
    const sent = this.#sent;
    if (sent === undefined || sent.paid === 0 || sent.reuses === MAX_REUSES) return undefined;
    // What was added since may have filled it, and a filter of no bundles is too small to add any.
    if (sent.filter.bytes.length < this.#filterBytes || sent.filter.fill > MAX_FILL)
      return undefined;
    sent.peer = peer;
    sent.reuses += 1;
    sent.paid = 0;
    return sent.offer;
  }

  #skips({ index, highestCountSeen, random }: Occasion): boolean {
    if (!this.#profile.skipping) return false;
    if (this.#sent?.reuses === 0 && this.#sent.paid === 0) {
      this.#vain = Math.min(this.#vain + 1, SKIP_PROBABILITIES.length - 1);
    }
    // Not while something is known to be missing: the overlay's policy at least, or what a contact holds more. The original
    // did not look, and nodes that started before there was anything left out nine of ten offers when there was.
    if (index.size === 0 || highestCountSeen > index.size) return false;
    return random.float() < SKIP_PROBABILITIES[this.#vain]!;
  }

  /** Far behind somebody: a class of all times, so that every part is as likely. Otherwise what is recent. */
  #choose({ index, clock, acceptable, highestCountSeen, random }: Occasion): Subset {
    const lead = this.#profile.searches ? 0 : this.#capacity;
    const lagging = this.#isSearching || highestCountSeen > index.size + lead;
    if (!lagging) return choosePivot(index, clock, this.#capacity, acceptable, random);
    const turn = this.#nextTurn(random);
    return chooseModulo(index, this.#capacity, acceptable, random, turn);
  }

  /** Asking for the classes in turn needs as many offers as classes; the original draws, which needs 2.5 times more. */
  #nextTurn(random: Random): number | undefined {
    if (!this.#profile.searches) return undefined;
    this.#turn =
      this.#turn === undefined ? random.below(MAX_MODULO) : (this.#turn + 1) % MAX_MODULO;
    return this.#turn;
  }
}
