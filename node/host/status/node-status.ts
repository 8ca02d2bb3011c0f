import type { TicketReach } from "../runtime/own-ticket.ts";
import type { Traffic } from "../net/udp.ts";
import type { OutcomeRow, PathKind } from "../../../nat/outcomes.ts";
import type { Content, ShownContent } from "../../../wire/bundle.ts";
import type { CandidateCounts } from "../../core/status.ts";

/** What `dispersy status --json` prints. Plain JSON. */
export interface Status {
  role: "node" | "tracker";
  /** 16 hexadecimal digits that name this run of the node: what others `ping`. */
  instance: string;
  /** Process that serves. */
  pid: number;
  uptimeMs: number;
  /** `address:port` of every bound socket; empty when offline. */
  listen: string[];
  overlays: OverlaySummary[];
  nat: NatSummaryText;
  /** Null for a tracker. */
  disk: DiskText | null;
  paths: OutcomeText[];
  traffic: Traffic;
  /** Events counted by name: rejections, dropped sends, send errors, damaged records. */
  counters: Record<string, number>;
  /** Sentences about what is wrong now, such as a full disk; empty when all is well. */
  problems: string[];
}

export interface OverlaySummary {
  /** Hexadecimal overlay id: 40 characters. */
  overlay: string;
  ticket: string;
  ticketReach: TicketReach;
  /** Data bundles held: those that `ls` prints. */
  bundles: number;
  /** Policies and grants held. */
  controlBundles: number;
  globalTime: number;
  candidates: CandidateCounts;
  policy: "open" | "members" | "unknown";
  /** Hexadecimal public key that we write with: 64 characters. */
  member: string;
  mayWrite: boolean;
  /** Whether a sync is under way that still brings bundles. */
  syncing: boolean;
}

export interface NatSummaryText {
  mapping: string;
  filtering: string;
  portAllocation: string;
  /** Our public address as others see it; null while unknown. */
  address: string | null;
  /** All of them, one per family at most. */
  addresses: string[];
  /** The port that a router mapped for us; null when none did. */
  portmap: PortmapText | null;
}

export interface PortmapText {
  protocol: "pcp" | "nat-pmp" | "upnp";
  /** Where it is reached from outside. */
  address: string;
  /** Seconds for which the router still grants it. */
  lifetimeS: number;
}

export interface DiskText {
  /** On the home's filesystem; null where the system does not tell. */
  freeBytes: number | null;
  /** Below it, no bundles of others are taken. */
  minFreeBytes: number;
  /** Whose bundles there is room for. Control bundles of others count as our own. */
  takes: "all" | "own" | "nothing";
  /** While commits fail: the system's name for why, and since when (ISO 8601). */
  failure: { code: string; since: string } | null;
}

/** One row of `dispersy peers --json`. */
export interface PeerRow {
  overlay: string;
  address: string;
  lan?: string;
  bucket: keyof CandidateCounts;
  /** 16 hexadecimal digits: its run. */
  instance?: string;
  rttMs?: number;
  heardMsAgo?: number;
  tracker: boolean;
  nat: { mapping: string; filtering: string; allocation: string };
}

/** What `dispersy ping --json` prints. */
export interface PingRow {
  /** `address:port` of the other node as we reach it; null when there is no path. */
  path: string | null;
  /** `contact` when the path was open already. */
  strategy: PathKind | "contact" | null;
  /** Datagrams that a search for the path sent. */
  probes: number;
  /** From the introduction to the first datagram there and back; of an open path, its round trip. */
  ms: number | null;
  /** Why there is no path. */
  reason?: string;
}

/** How attempts to open paths ended, between NATs of two classes, by one strategy. */
export interface OutcomeText extends Omit<OutcomeRow, "ms"> {
  p50Ms: number | null;
  p95Ms: number | null;
}

/** What `init`, `create` and `join` report. */
export interface OverlayInfo {
  /** Hexadecimal overlay id: 40 characters. */
  overlay: string;
  /** Hexadecimal public key that this node writes with: 64 characters. */
  member: string;
  ticket: string;
}

/** A bundle as `ls`, `tail` and `get` print it, with what its kind shows. */
export interface BundleRow extends ShownContent {
  /** Hexadecimal bundle id: 64 characters. */
  id: string;
  overlay: string;
  /** Hexadecimal public key. */
  author: string;
  globalTime: number;
  kind: Content["kind"];
  /** Unix seconds. */
  expires?: number;
}
