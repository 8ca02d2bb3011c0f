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

/** A path over which bundles stay away that are larger than its datagrams. */
export interface NarrowPath {
  /** `address:port` of the peer. */
  address: string;
  /** "to" the peer, or "from" it to us. */
  direction: "to" | "from";
  /** Of a UDP payload, at most. */
  bytes: number;
  /** Bundles that the last answer left out. */
  withheld: number;
}

/** Whether what we wrote is held elsewhere too, as far as there is evidence. */
export interface ElsewhereStatus {
  /**
   * Data bundles of ours that nobody else is known to hold: neither did a contact say that it holds just what we hold
   * since they are held, nor does a member's receipt name them. Null: of what was written before this run, nothing is
   * known yet.
   */
  unknown: number | null;
  /** Milliseconds since a contact said that it holds just what we hold; null: none did in this run. */
  comparedMsAgo: number | null;
  /** Members whose receipts are known. */
  receipts: number;
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
  /**
   * 16 hexadecimal digits that name the set held, today: who shows the same here holds the same. Absent while unknown.
   */
  fingerprint?: string;
  policy: "open" | "members" | "unknown";
  /** Whether we have the secret of a private overlay, and seal what we write. */
  private: boolean;
  /** Whether the policy says that the overlay is private; absent while no policy is known. */
  policyPrivate?: boolean;
  /** How many of each author's topic the policy keeps; absent: as their authors say. */
  policyKeep?: number;
  /** Whether what we write now would be admitted by everybody who knows what we know. */
  mayWrite: boolean;
  /** Bits of the policy's `requires` that this version does not know: unless 0, the node does not take part. */
  unknownRequirements: number;
  bundles: number;
  /** Bundles that came, or were made here, and are not on disk yet. */
  arriving: number;
  /** Bundles that a contact says it holds, at most, control bundles among them; 0 while nobody says. */
  peersHold: number;
  /** Whether a contact holds just what we hold, as it said last; see the event `up-to-date`. */
  upToDate: boolean;
  globalTime: number;
  candidates: CandidateCounts;
  /** Whether a sync is under way that still brings bundles. */
  syncing: boolean;
  elsewhere: ElsewhereStatus;
  /** Bundles by our own key that came in this run, and that we did not make. */
  ownKeyUsed: number;
  /** To contacts that hold something else than we do. */
  narrowPaths: NarrowPath[];
  /** Nodes of the overlay that announce themselves in our LANs. */
  lan: LanPeerStatus[];
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
  /** Milliseconds since it last answered us: datagrams go both ways. */
  answeredMsAgo?: number;
  /** Milliseconds for which our last question has had no answer; undefined when it has one, or there is none. */
  owesMs?: number;
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

/** What is known of the machines around us. */
export interface LanStatus {
  /** Milliseconds since we began to announce ourselves in the LANs that there are now; null: in none. */
  announcesMs: number | null;
  /** Milliseconds since anybody else announced itself, in whichever overlay; null: nobody did there. */
  heardMsAgo: number | null;
  /** Whether our own announcements come back to us, which shows that we listen. */
  hearsItself: boolean;
}

/** Somebody of the overlay who announced itself in our LAN lately. */
export interface LanPeerStatus {
  /** `address:port`. */
  address: string;
  heardMsAgo: number;
  /** Whether it is in touch with us. */
  answers: boolean;
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
