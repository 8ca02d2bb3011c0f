import type { Address } from "../wire/address.ts";
import type { NatSummary } from "../wire/message.ts";
import type { Namer } from "./namer.ts";
import {
  CONTACTED_LIFETIME_MS,
  ELIGIBLE_DELAY_MS,
  INTRODUCED_LIFETIME_MS,
  REQUESTED_LIFETIME_MS,
  TRACKER_ELIGIBLE_DELAY_MS,
} from "./constants.ts";

/** The socket of a candidate that nothing was sent to or received from yet: choose one of its family. */
export const NO_VIA = -1;

/** An address we might talk to, and what we know of whoever is there. Times are monotonic ms; -Infinity: never. */
export interface Candidate {
  readonly address: Address;
  /** Number of the local socket it is reached by, or NO_VIA. */
  via: number;
  /** Its address inside its own network, as it says. */
  lan?: Address | undefined;
  /** Hexadecimal instance id of its run: 16 characters. */
  instance?: string | undefined;
  nat: NatSummary;
  /** The user named it, in a ticket or as a tracker. */
  isSeed: boolean;
  /** It says that it keeps no bundles: no offer is worth sending. */
  storesNothing: boolean;
  lastAskedMs: number;
  lastAnsweredMs: number;
  lastRequestedMs: number;
  lastIntroducedMs: number;
  /** When an offer to it last brought bundles that we lacked. */
  paidMs?: number | undefined;
  /** When it last compared our sets by a sketch, which brings both sides what they lack. */
  sketchedMs?: number | undefined;
  /** Bundles it says it holds. */
  count?: number | undefined;
  /** Highest global time it says it holds. */
  globalTime?: number | undefined;
  /** Bundles it says it ever admitted. */
  admitted?: number | undefined;
  /** FINGERPRINT_BYTES bytes that name the set it says it holds. */
  fingerprint?: Uint8Array | undefined;
  /** The same of those that decide over others, and how many they are. */
  control?: { fingerprint: Uint8Array; count: number } | undefined;
  /** Its control fingerprint when all was done that the control lane can do, up to that global time. */
  controlDone?: { fingerprint: Uint8Array; upTo: number } | undefined;
  /** Offers in the control lane that brought next to nothing, since one that did or since these were equal. */
  controlInVain: number;
  /** It says that it takes no more bundles of others, but control bundles. */
  isFull: boolean;
  /** Our fingerprint and its own, as they were when all that it holds and we lack was refused. */
  vain?: { ours: Uint8Array; theirs: Uint8Array } | undefined;
  /** Who named it to us; of several, one that the user named. */
  namer?: Namer | undefined;
  /** Introducers that the user named vouched for it, and the path to it cost a search. */
  wasSearched?: boolean | undefined;
}

export type Bucket = "tracker" | "contacted" | "requested" | "introduced";

/** How many candidates are in each bucket. */
export type BucketCounts = Record<Bucket, number>;

/** Where a candidate belongs; the first that fits wins. Undefined: nowhere, it can be forgotten. */
export function bucketOf(
  candidate: Candidate,
  isTracker: boolean,
  now: number,
): Bucket | undefined {
  if (isTracker) return "tracker";
  if (now < candidate.lastAnsweredMs + CONTACTED_LIFETIME_MS) return "contacted";
  if (now < candidate.lastRequestedMs + REQUESTED_LIFETIME_MS) return "requested";
  if (now < candidate.lastIntroducedMs + INTRODUCED_LIFETIME_MS) return "introduced";
  return undefined;
}

/** Whether our own last request is long enough ago to ask again. `delayMs`: of all but trackers. */
export function isEligible(
  candidate: Candidate,
  bucket: Bucket,
  now: number,
  delayMs: number = ELIGIBLE_DELAY_MS,
): boolean {
  const delay = bucket === "tracker" ? TRACKER_ELIGIBLE_DELAY_MS : delayMs;
  return now >= candidate.lastAskedMs + delay;
}
