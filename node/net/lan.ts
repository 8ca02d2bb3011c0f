import { isWholeNetwork } from "../../nat/network.ts";
import { type Rate, TokenBuckets } from "../../nat/token-buckets.ts";
import type { Address } from "../../wire/address.ts";
import {
  ANNOUNCED_TAGS,
  announced,
  decodeAnnouncement,
  encodeAnnouncement,
  newSalt,
} from "../../wire/announcement.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";
import type { LanStatus } from "../core/engine-status.ts";
import { Alarm } from "../core/timers.ts";
import type { NetState } from "./net-state.ts";

/** An overlay of ours that is announced, and what hears of others in it. */
export interface Announced {
  readonly carry: Carry;
  /** Somebody who has the carry is at this address in our LAN, or was lately. */
  heard(from: Address): void;
}

/** After a start or a change of network: access points send what is for all without repeating what gets lost. */
const EARLY_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000];
/** Afterwards: whoever comes announces itself, so this is for what was lost and for those who were asleep. */
const INTERVAL_MS = 30_000;
/** Pauses are shorter or longer by up to a quarter, so that the machines of a house do not keep in step. */
const JITTER = 0.25;
/** However many overlays are joined in a row. */
const LEAST_INTERVAL_MS = 100;

/** Of one address: a start and a change of network, and what is regular. BOUNDED: as many as a /22 has hosts. */
const OF_ONE: Rate = { perSecond: 1, burst: 16, most: 1_024 };
/** Of all: 1,000 nodes announce themselves 33 times a second. Each costs us a hash per overlay. */
const OF_ALL: Rate = { perSecond: 64, burst: 256, most: 1 };
const ALL = "all";
/** So many hashes count as one of them. */
const OVERLAYS_AT_ONE_PRICE = 16;

/**
 * Announces the overlays of a node to the machines around it, and knows who announces the same. What comes is in no
 * datagram of an overlay, so it has its gate here: only from our own LANs, so often, and made for the address that it
 * comes from. So what is played again elsewhere, or under another address, is nobody's.
 */
export class Lan {
  readonly #ctx: Context;
  readonly #netState: NetState;
  /** BOUNDED: by what the user joins. */
  readonly #members = new Set<Announced>();
  readonly #due: Alarm;
  readonly #ofOne = new TokenBuckets(OF_ONE);
  readonly #ofAll = new TokenBuckets(OF_ALL);
  /** Our places there as they were told last, as text. */
  #places = "";
  /** Announcements since the start or the change. */
  #made = 0;
  #lastMs = -Infinity;
  /** Where among all pairs of a member and a place the next announcement begins. */
  #turn = 0;
  #sinceMs: number | undefined;
  #heardMs: number | undefined;
  #ownHeardMs: number | undefined;

  constructor(ctx: Context, netState: NetState) {
    this.#ctx = ctx;
    this.#netState = netState;
    this.#due = new Alarm(ctx.timers, "announce", () => this.#announce());
  }

  join(member: Announced): void {
    this.#members.add(member);
    this.hurry();
  }

  leave(member: Announced): void {
    this.#members.delete(member);
  }

  /** In other LANs than before nobody has heard of us. */
  networksChanged(): void {
    const places = this.#netState.lanPlaces.map(({ key }) => key).join(" ");
    if (places === this.#places) return;
    this.#places = places;
    this.#sinceMs = undefined;
    this.#heardMs = undefined;
    this.#ownHeardMs = undefined;
    this.hurry();
  }

  /** Announces at once, and a few times soon. */
  hurry(): void {
    if (!this.#isOn) return this.#due.cancel();
    this.#made = 0;
    this.#due.set(Math.max(this.#ctx.now, this.#lastMs + LEAST_INTERVAL_MS));
  }

  status(): LanStatus {
    const { now } = this.#ctx;
    const ago = (ms: number | undefined): number | null => (ms === undefined ? null : now - ms);
    return {
      announcesMs: ago(this.#sinceMs),
      heardMsAgo: ago(this.#heardMs),
      hearsItself: this.#ownHeardMs !== undefined,
    };
  }

  /** Something came where announcements are listened to. */
  heard(from: Address, bytes: Uint8Array): void {
    const { now } = this.#ctx;
    if (this.#netState.isSelf(from)) {
      this.#ownHeardMs = now;
      return;
    }
    if (!this.#isNeighbour(from)) {
      return this.#ctx.count("rejected: announcement: beyond our networks");
    }
    if (!this.#mayCost(from)) return this.#ctx.count("rejected: announcement: rate");
    const read = decodeAnnouncement(bytes);
    if (typeof read === "string") return this.#ctx.count(`rejected: announcement: ${read}`);
    this.#heardMs = now;
    const made = announced(read.salt, from.bytes);
    let isOurs = false;
    for (const member of this.#members) {
      const own = member.carry.tag(made);
      if (!read.tags.some((tag) => equalBytes(tag, own))) continue;
      isOurs = true;
      member.heard(from);
    }
    this.#ctx.count(isOurs ? "announcement of our overlays" : "announcement of others' overlays");
  }

  get #isOn(): boolean {
    return this.#members.size > 0 && this.#netState.lanPlaces.length > 0;
  }

  /** Whether it can be a machine around us: what we would send it stays in a LAN of ours, and comes to one only. */
  #isNeighbour({ ip }: Address): boolean {
    return this.#netState.isLan(ip) && !isWholeNetwork(this.#netState.networks, ip);
  }

  #mayCost(from: Address): boolean {
    const { now } = this.#ctx;
    if (this.#ofAll.available(ALL, now) < 1 || !this.#ofOne.take(from.host, now)) return false;
    this.#ofAll.spend(ALL, Math.ceil(this.#members.size / OVERLAYS_AT_ONE_PRICE), now);
    return true;
  }

  #announce(): void {
    if (!this.#isOn) return;
    const ctx = this.#ctx;
    const salt = newSalt(ctx.random);
    const tags = this.#next().map(({ carry, place }) => carry.tag(announced(salt, place.bytes)));
    ctx.emit({ kind: "announce", bytes: encodeAnnouncement(ctx.random, { salt, tags }) });
    ctx.count("announcements");
    this.#sinceMs ??= ctx.now;
    this.#lastMs = ctx.now;
    const jitter = 1 + JITTER * (2 * ctx.random.float() - 1);
    this.#due.set(ctx.now + (EARLY_DELAYS_MS[this.#made++] ?? INTERVAL_MS) * jitter);
  }

  /** What is announced next of each overlay at each place. */
  #next(): { carry: Carry; place: Address }[] {
    const members = [...this.#members];
    const pairs = this.#netState.lanPlaces.flatMap((place) => {
      return members.map(({ carry }) => ({ carry, place }));
    });
    const count = Math.min(ANNOUNCED_TAGS, pairs.length);
    const begin = this.#turn % pairs.length;
    this.#turn = begin + count;
    return Array.from({ length: count }, (_, nth) => pairs[(begin + nth) % pairs.length]!);
  }
}
