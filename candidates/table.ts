import type { Address } from "../wire/address.ts";
import { scopeOf, specialRange } from "../wire/scope.ts";
import {
  isEligible,
  NO_VIA,
  type Bucket,
  type BucketCounts,
  type Candidate,
} from "./candidate.ts";
import {
  CONTACTED_LIFETIME_MS,
  INTRODUCED_LIFETIME_MS,
  REQUESTED_LIFETIME_MS,
} from "./constants.ts";
import { GroupCaps, type Groups } from "./group-caps.ts";
import { LinkedList, type Link } from "./linked-list.ts";
import { CandidateRecord, InstanceIndex } from "./record.ts";
import { Rotation } from "./rotation.ts";

/** Trackers are named by the user or by whom the user named; more would only dilute them. */
export const MAX_TRACKERS = 64;

/** The buckets that time empties, and in which field the time stands. The first one that holds wins. */
const TIMED = ["contacted", "requested", "introduced"] as const;
type TimedBucket = (typeof TIMED)[number];
const LIFETIME_MS = {
  contacted: CONTACTED_LIFETIME_MS,
  requested: REQUESTED_LIFETIME_MS,
  introduced: INTRODUCED_LIFETIME_MS,
} as const;
const SINCE = {
  contacted: "lastAnsweredMs",
  requested: "lastRequestedMs",
  introduced: "lastIntroducedMs",
} as const;

interface Entry {
  readonly record: CandidateRecord;
  groups: Groups | undefined;
  isTracker: boolean;
  bucket: Bucket | undefined;
  /** Places in the lists by age: one for every reason to know it that holds, not only the first. */
  readonly aged: Partial<Record<TimedBucket, Link<Entry>>>;
  /** Place in the rotation of its bucket. */
  turn: { rotation: Rotation<Candidate>; link: Link<Candidate> } | undefined;
}

export interface CandidateTableOptions {
  /** Trackers not counted. */
  maxCandidates: number;
  /** Whether address groups are capped, see `GroupCaps`. */
  groupCaps: boolean;
  /** Whether an IP is inside a subnet of ours. */
  ownNetwork(ip: Uint8Array): boolean;
}

/**
 * Whom one overlay knows. `now` is monotonic ms and never goes back. Whoever names an address here has checked that
 * its holder receives there, or that it was introduced by somebody who does.
 *
 * Every event costs constant time: one list per reason keeps the candidates by age, so that the expired are at its
 * front, and one rotation per bucket and scope keeps the turns. BOUNDED: maxCandidates and MAX_TRACKERS.
 */
export class CandidateTable {
  readonly #maxCandidates: number;
  readonly #caps: GroupCaps | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #instances = new InstanceIndex();
  readonly #aged: Record<TimedBucket, LinkedList<Entry>> = {
    contacted: new LinkedList(),
    requested: new LinkedList(),
    introduced: new LinkedList(),
  };
  /** BOUNDED: one per bucket, family and special range. */
  readonly #rotations = new Map<string, Rotation<Candidate>>();
  readonly #counts: BucketCounts = { tracker: 0, contacted: 0, requested: 0, introduced: 0 };

  constructor(options: CandidateTableOptions) {
    this.#maxCandidates = options.maxCandidates;
    this.#caps = options.groupCaps ? new GroupCaps((ip) => options.ownNetwork(ip)) : undefined;
  }

  get(address: Address): Candidate | undefined {
    return this.#entries.get(address.key)?.record;
  }

  bucket(address: Address, now: number): Bucket | undefined {
    this.expire(now);
    return this.#entries.get(address.key)?.bucket;
  }

  /**
   * Only for addresses that the user named, or that answered from one: a tracker never expires and knows no caps. One
   * tracker too many is ignored. Whoever ceases to be one is kept for as long as its own bucket has it.
   */
  setTracker(address: Address, isTracker: boolean): void {
    const known = this.#entries.get(address.key);
    if (!isTracker && known?.isTracker !== true) return;
    if (isTracker && this.#counts.tracker >= MAX_TRACKERS) return;
    const entry = known ?? this.#newEntry(address, NO_VIA);
    entry.isTracker = isTracker;
    this.#settle(entry);
  }

  /** We sent it a request. An address that is not in the table is not added. */
  asked(address: Address, via: number, now: number): void {
    const record = this.#entries.get(address.key)?.record;
    if (record === undefined) return;
    record.lastAskedMs = now;
    record.via = via;
  }

  /** It answered a request of ours. Undefined, and nothing changed: refused by a cap, or the table is full. */
  answered(address: Address, via: number, now: number): Candidate | undefined {
    const candidate = this.#heard("contacted", address, via, now);
    // One that answers was asked; when, is only known of those who were in the table.
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
    const entry = this.#entries.get(address.key);
    if (entry === undefined) return;
    entry.record.lastAnsweredMs = -Infinity;
    this.#unage(entry, "contacted");
    this.#settle(entry);
  }

  remove(address: Address): void {
    const entry = this.#entries.get(address.key);
    if (entry !== undefined) this.#drop(entry);
  }

  /**
   * The candidate turned out to be at another address (a new port of a symmetric NAT, its LAN address). Who is there
   * already stays, and the old record goes. Undefined: not known, a tracker, or a cap of the new group refuses.
   */
  rekey(from: Address, to: Address): Candidate | undefined {
    const entry = this.#entries.get(from.key);
    if (entry === undefined || entry.isTracker) return undefined;
    if (from.key === to.key) return entry.record;
    const there = this.#entries.get(to.key);
    if (there !== undefined) {
      this.#drop(entry);
      return there.record;
    }
    const bucket = entry.bucket!;
    const groups = this.#caps?.groupsOf(to);
    this.#leave(entry);
    if (groups !== undefined && !this.#caps!.admits(groups, bucket)) {
      this.#enter(entry, bucket);
      return undefined;
    }
    this.#entries.delete(from.key);
    this.#entries.set(to.key, entry);
    entry.record.address = to;
    entry.groups = groups;
    this.#enter(entry, bucket);
    return entry.record;
  }

  /** A tracker's reply resets the list: all but trackers and the spared one go. How many went. */
  reset(now: number, spare?: Address): number {
    this.expire(now);
    let gone = 0;
    for (const entry of this.#entries.values()) {
      if (entry.isTracker || entry.record.address.key === spare?.key) continue;
      this.#drop(entry);
      gone++;
    }
    return gone;
  }

  /** Moves and drops whatever time has moved and dropped. Everything that takes `now` does so first. */
  expire(now: number): void {
    for (const bucket of TIMED) {
      const list = this.#aged[bucket];
      for (let oldest = list.first; oldest !== undefined; oldest = list.first) {
        const entry = oldest.value;
        if (now < entry.record[SINCE[bucket]] + LIFETIME_MS[bucket]) break;
        this.#unage(entry, bucket);
        this.#settle(entry);
      }
    }
  }

  /** Oldest first: by when it last answered, requested, was introduced; trackers by when they were last asked. */
  list(bucket: Bucket, now: number): Candidate[] {
    this.expire(now);
    return [...this.#inOrder(bucket)];
  }

  /** The first of `list` that may be asked again. */
  oldestEligible(bucket: Bucket, now: number): Candidate | undefined {
    this.expire(now);
    for (const candidate of this.#inOrder(bucket)) {
      if (isEligible(candidate, bucket, now)) return candidate;
    }
    return undefined;
  }

  /** The turns of those in the bucket who share the family and the scope of `like`. */
  rotation(bucket: Bucket, like: Address, now: number): Rotation<Candidate> | undefined {
    this.expire(now);
    return this.#rotations.get(rotationKey(bucket, like));
  }

  counts(now: number): BucketCounts {
    this.expire(now);
    return { ...this.#counts };
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

  #heard(bucket: TimedBucket, address: Address, via: number, now: number): Candidate | undefined {
    this.expire(now);
    const entry = this.#entries.get(address.key) ?? this.#newEntry(address, via);
    if (!this.#mayHave(entry, bucket)) return undefined;
    entry.record[SINCE[bucket]] = now;
    entry.record.via = via;
    const aged = entry.aged[bucket];
    if (aged === undefined) entry.aged[bucket] = this.#aged[bucket].append(entry);
    else this.#aged[bucket].moveToEnd(aged);
    this.#settle(entry);
    return entry.record;
  }

  /** Whether there is room for the entry to be heard for this reason, which may move it. */
  #mayHave(entry: Entry, bucket: TimedBucket): boolean {
    const current = entry.bucket;
    if (current === "tracker") return true;
    if (current !== undefined && TIMED.indexOf(current) <= TIMED.indexOf(bucket)) return true;
    return this.#hasRoom(entry, bucket);
  }

  #hasRoom(entry: Entry, bucket: Bucket): boolean {
    if (bucket === "tracker") return true;
    const current = entry.bucket;
    const isCounted = current !== undefined && current !== "tracker";
    const others = this.#entries.size - this.#counts.tracker;
    if (!isCounted && others >= this.#maxCandidates) return false;
    if (this.#caps === undefined || entry.groups === undefined) return true;
    if (current === undefined) return this.#caps.admits(entry.groups, bucket);
    this.#caps.leave(entry.groups, current);
    const admits = this.#caps.admits(entry.groups, bucket);
    this.#caps.enter(entry.groups, current);
    return admits;
  }

  /** Puts the entry into the bucket that is now its own, or drops it when there is none, or no room in it. */
  #settle(entry: Entry): void {
    const bucket = entry.isTracker ? "tracker" : TIMED.find((timed) => entry.aged[timed]);
    if (bucket === entry.bucket) return;
    if (bucket === undefined || !this.#hasRoom(entry, bucket)) return this.#drop(entry);
    this.#leave(entry);
    this.#enter(entry, bucket);
  }

  #newEntry(address: Address, via: number): Entry {
    return {
      record: new CandidateRecord(address, via, this.#instances),
      groups: this.#caps?.groupsOf(address),
      isTracker: false,
      bucket: undefined,
      aged: {},
      turn: undefined,
    };
  }

  #enter(entry: Entry, bucket: Bucket): void {
    const { address } = entry.record;
    entry.bucket = bucket;
    this.#entries.set(address.key, entry);
    this.#counts[bucket]++;
    if (entry.groups !== undefined) this.#caps?.enter(entry.groups, bucket);
    const key = rotationKey(bucket, address);
    const rotation = this.#rotations.get(key) ?? new Rotation<Candidate>();
    this.#rotations.set(key, rotation);
    entry.turn = { rotation, link: rotation.add(entry.record) };
  }

  #leave(entry: Entry): void {
    if (entry.bucket === undefined) return;
    this.#counts[entry.bucket]--;
    if (entry.groups !== undefined) this.#caps?.leave(entry.groups, entry.bucket);
    entry.turn?.rotation.remove(entry.turn.link);
    entry.turn = undefined;
    entry.bucket = undefined;
  }

  #drop(entry: Entry): void {
    this.#leave(entry);
    for (const bucket of TIMED) this.#unage(entry, bucket);
    this.#entries.delete(entry.record.address.key);
    entry.record.forget();
  }

  #unage(entry: Entry, bucket: TimedBucket): void {
    const link = entry.aged[bucket];
    if (link === undefined) return;
    this.#aged[bucket].remove(link);
    delete entry.aged[bucket];
  }

  *#inOrder(bucket: Bucket): Generator<Candidate, void, undefined> {
    if (bucket === "tracker") return yield* this.#trackersInOrder();
    for (const entry of this.#aged[bucket]) if (entry.bucket === bucket) yield entry.record;
  }

  #trackersInOrder(): Candidate[] {
    const trackers = this.all(-Infinity).filter(({ bucket }) => bucket === "tracker");
    return trackers.map((t) => t.candidate).sort((a, b) => a.lastAskedMs - b.lastAskedMs);
  }
}

function rotationKey(bucket: Bucket, address: Address): string {
  const { ip, family } = address;
  return `${bucket} ${family} ${specialRange(ip) ?? scopeOf(ip)}`;
}
