import type { Address } from "../wire/address.ts";
import type { Bucket, Candidate } from "./candidate.ts";
import {
  CONTACTED_LIFETIME_MS,
  INTRODUCED_LIFETIME_MS,
  REQUESTED_LIFETIME_MS,
} from "./constants.ts";
import type { CrowdPlace } from "./crowd.ts";
import type { Groups } from "./group-caps.ts";
import type { Link } from "./linked-list.ts";
import { CandidateRecord, type InstanceIndex } from "./record.ts";
import type { GroupRotation, Turn } from "./group-rotation.ts";

/** The buckets that time empties; the first one that holds wins. */
export const TIMED_BUCKETS = ["contacted", "requested", "introduced"] as const;
export type TimedBucket = (typeof TIMED_BUCKETS)[number];

const LIFETIME_MS = {
  contacted: CONTACTED_LIFETIME_MS,
  requested: REQUESTED_LIFETIME_MS,
  introduced: INTRODUCED_LIFETIME_MS,
} as const;

/** A candidate as the table keeps it, with its places in the table's lists. */
export class Entry {
  readonly record: CandidateRecord;
  /** Undefined when no caps apply. */
  groups: Groups | undefined;
  isTracker = false;
  bucket: Bucket | undefined;
  /** Places in the lists by age: one for every reason to know it that still holds. */
  readonly aged: Record<TimedBucket, Link<Entry> | undefined> = {
    contacted: undefined,
    requested: undefined,
    introduced: undefined,
  };
  /** Place among the candidates of all tables, where they share a bound. */
  crowd: CrowdPlace | undefined;
  /** Place in the rotation of its bucket. */
  turn: { rotation: GroupRotation<Candidate>; place: Turn<Candidate> } | undefined;

  constructor(parts: {
    address: Address;
    via: number;
    instances: InstanceIndex;
    groups: Groups | undefined;
  }) {
    this.record = new CandidateRecord(parts.address, parts.via, parts.instances);
    this.groups = parts.groups;
  }

  /** The bucket it belongs into by the reasons that hold: `bucketOf`, as of the last expiry. */
  get due(): Bucket | undefined {
    if (this.isTracker) return "tracker";
    const { contacted, requested, introduced } = this.aged;
    if (contacted !== undefined) return "contacted";
    if (requested !== undefined) return "requested";
    return introduced === undefined ? undefined : "introduced";
  }

  refresh(bucket: TimedBucket, now: number): void {
    const { record } = this;
    if (bucket === "contacted") record.lastAnsweredMs = now;
    else if (bucket === "requested") record.lastRequestedMs = now;
    else record.lastIntroducedMs = now;
  }

  /** When this reason to know it ceases to hold. */
  lapsesMs(bucket: TimedBucket): number {
    return this.#sinceMs(bucket) + LIFETIME_MS[bucket];
  }

  #sinceMs(bucket: TimedBucket): number {
    const { record } = this;
    if (bucket === "contacted") return record.lastAnsweredMs;
    return bucket === "requested" ? record.lastRequestedMs : record.lastIntroducedMs;
  }
}
