import type { Liveness } from "../../candidates/liveness.ts";
import type { Address } from "../../wire/address.ts";
import type { NatSummary } from "../../wire/message.ts";

/** The four buckets of the candidate table. */
export interface CandidateCounts {
  tracker: number;
  contacted: number;
  requested: number;
  introduced: number;
}

export interface OverlayStatus {
  /** Hexadecimal overlay id: 40 characters. */
  overlay: string;
  /** Hexadecimal overlay key: 64 characters. */
  key: string;
  /** Hexadecimal public key that we write with: 64 characters. */
  member: string;
  /** 16 hexadecimal digits, by which others know this node here, and `ping` it, until its network changes. */
  instance: string;
  policy: "open" | "members" | "unknown";
  /** Whether we have the secret of a private overlay, and seal what we write. */
  private: boolean;
  /** Whether the policy says that the overlay is private; absent while no policy is known. */
  policyPrivate?: boolean;
  /** Whether what we write now would be admitted by everybody who knows what we know. */
  mayWrite: boolean;
  /** Bits of the policy's `requires` that this version does not know: unless 0, the node does not take part. */
  unknownRequirements: number;
  bundles: number;
  /** Bundles that a contact says it holds, at most, control bundles among them; 0 while nobody says. */
  peersHold: number;
  /** Whether a contact holds just what we hold, as it said last; see the event `up-to-date`. */
  upToDate: boolean;
  globalTime: number;
  candidates: CandidateCounts;
  /** Whether a sync is under way that still brings bundles. */
  syncing: boolean;
  /** Bundles by our own key that came in this run, and that we did not make. */
  ownKeyUsed: number;
}

/**
 * Why a peer is not asked to send faster: "sender" had no more to send, "stalled" did not send what it announced,
 * "user" is the limit for all peers together.
 */
export type RateLimit = "starting" | "growing" | "sender" | "queue" | "loss" | "stalled" | "user";

/** How bundles come from a peer. */
export interface IncomingStatus {
  /** Bytes per second that it is asked to send at. */
  rate: number;
  /** Why it is not asked to send faster. */
  limit: RateLimit;
  /** What its last datagrams waited in queues on the way, in ms. */
  waitMs: number;
  /** Share of its last datagrams that did not come, 0 to 1. */
  loss: number;
  /** Milliseconds since the last of them came. */
  lastMsAgo: number;
}

export interface PeerStatus {
  address: Address;
  lan?: Address;
  bucket: keyof CandidateCounts;
  /** Hexadecimal: its run, as it says. */
  instance?: string;
  /** From a question to its answer: smoothed, of the path. */
  rttMs?: number;
  /** Absent where no bundles have come from it. */
  incoming?: IncomingStatus;
  /** Milliseconds since it last answered or asked us; undefined when it never did. */
  heardMsAgo?: number;
  tracker: boolean;
  nat: NatSummary;
}

/** Where an overlay begins from: a place that the user named, or a peer of a ticket or of an earlier run. */
export interface PlaceStatus {
  address: Address;
  /** Whether the user named it: as a tracker, or in a ticket as a place that its giver vouches for. */
  isNamed: boolean;
  /** Whether it was asked in this run. */
  isAsked: boolean;
  liveness: Liveness;
  /** Whether it says that it is a tracker. */
  isTracker: boolean;
}

export interface NatStatus {
  summary: NatSummary;
  /** Where we most likely are, per family; empty while unknown. */
  addresses: Address[];
  /** Addresses where only strangers say that we are, the most likely first. */
  possible: Address[];
  /** What routers forward to us from, per family. */
  mapped: Address[];
}
