import type { Address } from "../wire/address.ts";
import { addressGroup, specialRange, standsAlone } from "../wire/address-scope.ts";
import type { Bucket, BucketCounts, Candidate } from "./candidate.ts";
import type { Entry } from "./entry.ts";
import { GroupCaps, type Groups } from "./group-caps.ts";
import { GroupRotation } from "./group-rotation.ts";

export interface PlacementOptions {
  /** Trackers not counted. */
  maxCandidates: number;
  /** Whether address groups are capped, see `GroupCaps`, and who of them is asked takes turns. */
  groupCaps: boolean;
  /** Whether groups are introduced in turn, else candidates; by default groups. */
  groupTurns?: boolean;
  /** Whether an IP is inside a subnet of ours. */
  ownNetwork(ip: Uint8Array): boolean;
}

/** Who is in which bucket: how many, how many per address group, and whose turn it is to be introduced. */
export class Placement {
  readonly counts: BucketCounts = { tracker: 0, contacted: 0, requested: 0, introduced: 0 };
  readonly #maxCandidates: number;
  readonly #caps: GroupCaps | undefined;
  readonly #groupTurns: boolean;
  /** By bucket, then by family and special range. BOUNDED: by the buckets, families and ranges. */
  readonly #rotations: Record<Bucket, Map<string, GroupRotation<Candidate>>> = {
    tracker: new Map(),
    contacted: new Map(),
    requested: new Map(),
    introduced: new Map(),
  };

  constructor(options: PlacementOptions) {
    this.#maxCandidates = options.maxCandidates;
    this.#groupTurns = options.groupTurns ?? true;
    this.#caps = options.groupCaps ? new GroupCaps((ip) => options.ownNetwork(ip)) : undefined;
  }

  groupsOf(address: Address): Groups | undefined {
    return this.#caps?.groupsOf(address);
  }

  /** Whether the table and the caps have room for the entry in this bucket, were it of these groups. */
  hasRoom(entry: Entry, bucket: Bucket, groups = entry.groups): boolean {
    const { contacted, requested, introduced } = this.counts;
    const isCounted = entry.bucket !== undefined && entry.bucket !== "tracker";
    const isFull = contacted + requested + introduced >= this.#maxCandidates;
    if (bucket !== "tracker" && !isCounted && isFull) return false;
    if (groups === undefined || this.#caps === undefined) return true;
    if (entry.groups === undefined || entry.bucket === undefined) {
      return this.#caps.admits(groups, bucket);
    }
    // It leaves its place for the new one.
    this.#count(entry, -1);
    const admits = this.#caps.admits(groups, bucket);
    this.#count(entry, 1);
    return admits;
  }

  /** The entry must be in no bucket. */
  enter(entry: Entry, bucket: Bucket): void {
    entry.bucket = bucket;
    this.counts[bucket]++;
    this.#count(entry, 1);
    const { record } = entry;
    const key = rotationKey(record.address);
    let rotation = this.#rotations[bucket].get(key);
    if (rotation === undefined) {
      rotation = new GroupRotation<Candidate>();
      this.#rotations[bucket].set(key, rotation);
    }
    entry.turn = { rotation, place: rotation.add(record, this.#turnsOf(record.address)) };
  }

  leave(entry: Entry): void {
    if (entry.bucket === undefined) return;
    this.counts[entry.bucket]--;
    this.#count(entry, -1);
    entry.turn?.rotation.remove(entry.turn.place);
    entry.turn = undefined;
    entry.bucket = undefined;
  }

  /** The turns of those in the bucket who share the family and the scope of `like`. */
  rotation(bucket: Bucket, like: Address): GroupRotation<Candidate> | undefined {
    return this.#rotations[bucket].get(rotationKey(like));
  }

  /** How many wide address groups have somebody in the bucket. */
  networks(bucket: Bucket): number {
    let count = 0;
    for (const rotation of this.#rotations[bucket].values()) count += rotation.groups;
    return count;
  }

  /**
   * Neighbours share turns among themselves; of local addresses everyone has its own: one home is one network anyway.
   */
  #turnsOf({ ip, key }: Address): string {
    return !this.#groupTurns || standsAlone(ip) ? key : addressGroup(ip, "wide");
  }

  #count({ groups, bucket }: Entry, by: 1 | -1): void {
    if (groups !== undefined && bucket !== undefined) this.#caps?.count(groups, bucket, by);
  }
}

/**
 * Written out: a text put together for every datagram would be hashed for every datagram. No range is one of both
 * families.
 */
function rotationKey({ ip, family }: Address): string {
  return specialRange(ip) ?? (family === 4 ? "global IPv4" : "global IPv6");
}
