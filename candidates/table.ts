import type { Address } from "../wire/address.ts";
import {
  bucketOf,
  isEligible,
  NO_VIA,
  type Bucket,
  type BucketCounts,
  type Candidate,
} from "./candidate.ts";
import { ELIGIBLE_DELAY_MS } from "./constants.ts";
import type { Crowd } from "./crowd.ts";
import { Entry, TIMED_BUCKETS, type TimedBucket } from "./entry.ts";
import { GroupRest } from "./group-rest.ts";
import { LinkedList } from "./linked-list.ts";
import { Placement, type PlacementOptions } from "./placement.ts";
import { InstanceIndex } from "./record.ts";
import type { GroupRotation } from "./group-rotation.ts";

/** Trackers are named by the user or by whom the user named; more would only dilute them. */
export const MAX_TRACKERS = 64;

export interface CandidateTableOptions extends PlacementOptions {
  /**
   * Least time between two requests to one candidate, where bindings live less long than others'; see
   * ELIGIBLE_DELAY_MS.
   */
  eligibleDelayMs?: () => number;
  /** Where tables share a bound. */
  crowd?: Crowd;
}

/**
 * Whom one overlay knows. `now` is monotonic ms and never goes back. Whoever puts an address here has checked that its
 * holder receives there, or was introduced to it by somebody who does.
 *
 * Every event costs constant time: one list per reason to know somebody keeps the candidates by age, so that the
 * expired are at its front. BOUNDED: by maxCandidates and MAX_TRACKERS.
 */
export class CandidateTable {
  readonly #placement: Placement;
  readonly #entries = new Map<string, Entry>();
  readonly #trackers = new Set<Entry>();
  readonly #instances = new InstanceIndex();
  readonly #rest = new GroupRest();
  readonly #crowd: Crowd | undefined;
  readonly #eligibleDelayMs: () => number;
  readonly #areGroupsFair: boolean;
  readonly #aged: Record<TimedBucket, LinkedList<Entry>> = {
    contacted: new LinkedList(),
    requested: new LinkedList(),
    introduced: new LinkedList(),
  };

  /** Who was in touch with us at the last reset. BOUNDED: by maxCandidates at each reset, and by their lifetime. */
  #former: Candidate[] = [];
  /** Nobody lapses before, whoever is heard from in between. */
  #lapseMs = Infinity;

  constructor(options: CandidateTableOptions) {
    this.#placement = new Placement(options);
    this.#crowd = options.crowd;
    this.#areGroupsFair = options.groupCaps;
    this.#eligibleDelayMs = options.eligibleDelayMs ?? (() => ELIGIBLE_DELAY_MS);
  }

  get(address: Address): Candidate | undefined {
    return this.#entries.get(address.key)?.record;
  }

  bucket(address: Address, now: number): Bucket | undefined {
    this.expire(now);
    return this.#entries.get(address.key)?.bucket;
  }

  /**
   * Only for addresses that the user vouches for: a tracker never expires and knows no caps. One tracker too many is
   * ignored. Whoever ceases to be one stays only as far as it also answered, asked or was introduced.
   */
  setTracker(address: Address, isTracker: boolean): void {
    const known = this.#entries.get(address.key);
    if (isTracker === (known?.isTracker ?? false)) return;
    if (isTracker && this.#trackers.size >= MAX_TRACKERS) return;
    const entry = known ?? this.#newEntry(address, NO_VIA);
    entry.isTracker = isTracker;
    this.#settle(entry);
  }

  /** We sent it a request. An address that is not in the table is not added. */
  asked(address: Address, via: number, now: number): void {
    const entry = this.#entries.get(address.key);
    if (entry === undefined) return;
    entry.record.lastAskedMs = now;
    entry.record.via = via;
    if (entry.groups !== undefined && !entry.isTracker) this.#rest.asked(entry.groups.wide, now);
  }

  /** It answered a request of ours. Undefined, and nothing changed: refused by a cap, or the table is full. */
  answered(address: Address, via: number, now: number): Candidate | undefined {
    const candidate = this.#heard("contacted", address, via, now);
    // Who answers was asked, but when is only known of those who were in the table by then.
    if (candidate?.lastAskedMs === -Infinity) candidate.lastAskedMs = now;
    return candidate;
  }

  /** It sent us a request. Undefined as above. */
  requested(address: Address, via: number, now: number): Candidate | undefined {
    return this.#heard("requested", address, via, now);
  }

  /** Somebody named it to us, or its puncture came. Undefined as above. */
  introduced(address: Address, via: number, now: number): Candidate | undefined {
    return this.#heard("introduced", address, via, now);
  }

  /** It did not answer: it leaves the contacted, and the table unless it asked us or was introduced. */
  timedOut(address: Address, now: number): void {
    this.expire(now);
    this.#forgetFormer(address);
    const entry = this.#entries.get(address.key);
    if (entry === undefined) return;
    entry.record.lastAnsweredMs = -Infinity;
    this.#unage(entry, "contacted");
    this.#settle(entry);
  }

  remove(address: Address): void {
    this.#forgetFormer(address);
    const entry = this.#entries.get(address.key);
    if (entry !== undefined) this.#drop(entry);
  }

  /**
   * The candidate turned out to be at another address (a new port of a symmetric NAT, its LAN address). If somebody is
   * there already, that record stays and the old one goes. Undefined, and nothing changed: not known, a tracker, or
   * refused by a cap.
   */
  rekey(from: Address, to: Address): Candidate | undefined {
    const entry = this.#entries.get(from.key);
    if (entry?.bucket === undefined || entry.isTracker) return undefined;
    if (from.key === to.key) return entry.record;
    const there = this.#entries.get(to.key);
    if (there !== undefined) {
      this.#drop(entry);
      return there.record;
    }
    const { bucket } = entry;
    const groups = this.#placement.groupsOf(to);
    if (!this.#placement.hasRoom(entry, bucket, groups)) return undefined;
    this.#placement.leave(entry);
    this.#entries.delete(from.key);
    entry.record.address = to;
    entry.groups = groups;
    this.#entries.set(to.key, entry);
    this.#placement.enter(entry, bucket);
    return entry.record;
  }

  /** A tracker's reply resets the list: all but trackers and the spared go. How many went. */
  reset(now: number, ...spared: Address[]): number {
    const former = this.inTouch(now);
    const before = this.#entries.size;
    const keys = new Set(spared.map(({ key }) => key));
    for (const [key, entry] of this.#entries) {
      if (!entry.isTracker && !keys.has(key)) this.#drop(entry);
    }
    this.#former = former.filter(({ address }) => !this.#entries.has(address.key));
    return before - this.#entries.size;
  }

  /** Nobody but trackers is known any more, as their paths are gone. */
  clear(now: number): void {
    this.reset(now);
    this.#former = [];
  }

  /**
   * Who answered us or asked us lately, a reset in between or not. It sends nobody away: whom to visit next is decided
   * anew, and whoever was there is there.
   */
  inTouch(now: number): Candidate[] {
    const listed = [...this.list("contacted", now), ...this.list("requested", now)];
    if (this.#former.length === 0) return listed;
    this.#former = this.#former.filter((candidate) => isInTouch(bucketOf(candidate, false, now)));
    const away = this.#former.filter(({ address }) => {
      return !isInTouch(this.#entries.get(address.key)?.bucket);
    });
    return [...listed, ...away];
  }

  /** Moves and drops whatever time has moved and dropped. Everything that takes `now` does so first. */
  expire(now: number): void {
    if (now < this.#lapseMs) return;
    this.#lapseMs = Infinity;
    for (const bucket of TIMED_BUCKETS) {
      const list = this.#aged[bucket];
      let oldest = list.first?.value;
      for (; oldest !== undefined && now >= oldest.lapsesMs(bucket); oldest = list.first?.value) {
        this.#unage(oldest, bucket);
        this.#settle(oldest);
      }
      if (oldest !== undefined) this.#lapseMs = Math.min(this.#lapseMs, oldest.lapsesMs(bucket));
    }
  }

  /** Oldest first: by when it last answered, requested, was introduced; trackers by when they were last asked. */
  list(bucket: Bucket, now: number): Candidate[] {
    this.expire(now);
    const records: Candidate[] = [];
    for (const { record } of this.#oldestFirst(bucket)) records.push(record);
    return records;
  }

  /** Whether nobody of its address group was asked lately, see `GroupRest`. */
  isRested(address: Address, now: number): boolean {
    const groups = this.#placement.groupsOf(address);
    return groups === undefined || this.#rest.isRested(groups.wide, now);
  }

  /**
   * Those of the bucket who may be asked again, of the address group that was asked longest ago, in the order of
   * `list`. With `rested`, only of a group that may be asked, see `GroupRest`.
   */
  eligible(bucket: Bucket, now: number, rested = false): Candidate[] {
    this.expire(now);
    const delayMs = this.#eligibleDelayMs();
    let chosen: Candidate[] = [];
    let chosenMs = Infinity;
    for (const { record, groups } of this.#oldestFirst(bucket)) {
      if (!isEligible(record, bucket, now, delayMs)) continue;
      const askedMs = this.#turnMs(bucket, record, groups);
      if (rested && groups !== undefined && bucket !== "tracker") {
        if (!this.#rest.isRested(groups.wide, now)) continue;
      }
      if (askedMs > chosenMs) continue;
      if (askedMs < chosenMs) chosen = [];
      chosen.push(record);
      chosenMs = askedMs;
    }
    return chosen;
  }

  /** All of the bucket that may be asked again. */
  allEligible(bucket: Bucket, now: number): Candidate[] {
    this.expire(now);
    const delayMs = this.#eligibleDelayMs();
    return [...this.#oldestFirst(bucket)]
      .map(({ record }) => record)
      .filter((record) => isEligible(record, bucket, now, delayMs));
  }

  /**
   * The turns of those in the bucket who share the family and the scope of `like`; undefined when there never were any.
   */
  rotation(bucket: Bucket, like: Address, now: number): GroupRotation<Candidate> | undefined {
    this.expire(now);
    return this.#placement.rotation(bucket, like);
  }

  /** Wide address groups with somebody in a bucket. */
  networks(bucket: Bucket, now: number): number {
    this.expire(now);
    return this.#placement.networks(bucket);
  }

  counts(now: number): BucketCounts {
    this.expire(now);
    return { ...this.#placement.counts };
  }

  count(bucket: Bucket, now: number): number {
    this.expire(now);
    return this.#placement.counts[bucket];
  }

  all(now: number): { candidate: Candidate; bucket: Bucket }[] {
    this.expire(now);
    return [...this.#entries.values()].map(({ record, bucket }) => {
      return { candidate: record, bucket: bucket! };
    });
  }

  /** Somebody else in the table of the same run: one peer at two addresses. Instances are claims, not proofs. */
  sameInstance(instance: string, except: Address, now: number): Candidate | undefined {
    this.expire(now);
    return this.#instances.find(instance, except);
  }

  #forgetFormer({ key }: Address): void {
    if (this.#former.length === 0) return;
    this.#former = this.#former.filter(({ address }) => address.key !== key);
  }

  #heard(bucket: TimedBucket, address: Address, via: number, now: number): Candidate | undefined {
    this.expire(now);
    const entry = this.#entries.get(address.key) ?? this.#newEntry(address, via);
    if (moves(entry, bucket) && !this.#placement.hasRoom(entry, bucket)) return undefined;
    if (entry.crowd !== undefined) this.#crowd?.heard(entry.crowd);
    entry.refresh(bucket, now);
    entry.record.via = via;
    const link = entry.aged[bucket];
    if (link === undefined) entry.aged[bucket] = this.#aged[bucket].append(entry);
    else this.#aged[bucket].moveToEnd(link);
    this.#lapseMs = Math.min(this.#lapseMs, entry.lapsesMs(bucket));
    this.#settle(entry);
    return entry.record;
  }

  /** Puts the entry into the bucket that is now its own, or drops it when there is none, or no room in it. */
  #settle(entry: Entry): void {
    const bucket = entry.due;
    if (bucket === entry.bucket) return;
    if (bucket === undefined || !this.#placement.hasRoom(entry, bucket)) return this.#drop(entry);
    this.#placement.leave(entry);
    this.#placement.enter(entry, bucket);
    if (entry.crowd === undefined) this.#crowd?.makeRoom();
    entry.crowd ??= this.#crowd?.enter(entry, this);
    this.#entries.set(entry.record.address.key, entry);
    if (bucket === "tracker") this.#trackers.add(entry);
    else this.#trackers.delete(entry);
  }

  #newEntry(address: Address, via: number): Entry {
    const groups = this.#placement.groupsOf(address);
    return new Entry({ address, via, instances: this.#instances, groups });
  }

  #drop(entry: Entry): void {
    this.#placement.leave(entry);
    if (entry.crowd !== undefined) this.#crowd?.leave(entry.crowd);
    entry.crowd = undefined;
    for (const bucket of TIMED_BUCKETS) this.#unage(entry, bucket);
    this.#entries.delete(entry.record.address.key);
    this.#trackers.delete(entry);
    entry.record.forget();
  }

  #unage(entry: Entry, bucket: TimedBucket): void {
    const link = entry.aged[bucket];
    if (link === undefined) return;
    this.#aged[bucket].remove(link);
    entry.aged[bucket] = undefined;
  }

  /** When its group was asked; who has none is a group of its own, and all are equal where groups have no turns. */
  #turnMs(bucket: Bucket, { lastAskedMs }: Candidate, groups: Entry["groups"]): number {
    if (bucket === "tracker" || !this.#areGroupsFair) return -Infinity;
    return groups === undefined ? lastAskedMs : this.#rest.askedMs(groups.wide);
  }

  #oldestFirst(bucket: Bucket): Entry[] {
    if (bucket === "tracker") {
      const trackers = [...this.#trackers];
      return trackers.sort((a, b) => a.record.lastAskedMs - b.record.lastAskedMs);
    }
    const entries: Entry[] = [];
    for (let link = this.#aged[bucket].first; link !== undefined; link = link.next) {
      if (link.value.bucket === bucket) entries.push(link.value);
    }
    return entries;
  }
}

/** Whether being heard for this reason takes the entry into the bucket: not if it is in a better one. */
function moves(entry: Entry, bucket: TimedBucket): boolean {
  if (entry.bucket === undefined) return true;
  if (entry.bucket === "tracker") return false;
  return TIMED_BUCKETS.indexOf(bucket) < TIMED_BUCKETS.indexOf(entry.bucket);
}

/** Whether who belongs there has shown us lately that it is there. */
function isInTouch(bucket: Bucket | undefined): boolean {
  return bucket === "contacted" || bucket === "requested";
}
