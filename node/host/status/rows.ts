import type { OutcomeRow, PathKind } from "../../../nat/outcomes.ts";
import {
  type Bundle,
  type Content,
  kindOf,
  type ShownContent,
  textOf,
} from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { NatSummary } from "../../../wire/message.ts";
import type { Links, ShownAddress } from "../carriers/links.ts";
import type { Delivery } from "../readers/reader.ts";
import type { CandidateCounts, IncomingStatus, PeerStatus } from "../../core/engine-status.ts";

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
  /** The topic's name when it is text; absent where it cannot be read. */
  topic?: string;
  /** Unix milliseconds when it came to this node. */
  came?: number;
  /** What its author calls itself. */
  name?: string;
  /** So much of `author` as tells it from others whose names look like it; absent where the name alone does. */
  shortKey?: string;
}

export function bundleRow(
  overlay: string,
  { id, author, header, cameMs }: Bundle & { cameMs?: number },
): BundleRow {
  const { content, globalTime, expires } = header;
  const topic = content.kind === "sealed" ? undefined : header.topic && textOf(header.topic.name);
  return {
    id: toHex(id),
    overlay,
    author: toHex(author),
    globalTime,
    kind: content.kind,
    ...kindOf(content).show(content),
    ...(expires !== undefined && { expires }),
    ...(topic !== undefined && { topic }),
    ...(cameMs !== undefined && { came: cameMs }),
  };
}

/** One row of `dispersy name --json`. */
export interface NameRow {
  /** Hexadecimal public key: 64 characters. */
  author: string;
  /** Absent where it has none. */
  name?: string;
  /** So much of `author` as tells it from others whose names look like it; absent where the name alone does. */
  shortKey?: string;
  /** Whether it is this node's own. */
  isOwn: boolean;
}

/** Who holds a bundle of ours that asks for a receipt. */
export interface HeldRow {
  /** Hexadecimal bundle id: 64 characters. */
  id: string;
  /** Other members who are known to hold it: hexadecimal keys. */
  heldBy: string[];
  /** Those who are not. Where everybody may write, only who wrote is known. */
  missing: string[];
}

/** A bundle as a reader is given it. */
export interface DeliveryRow extends BundleRow {
  /** When it came here, Unix milliseconds. */
  came: number;
  /** In causal order: hexadecimal beginnings (16 bytes) of the ids of what it follows and is not to be had. */
  missing?: string[];
  /** `tail --since` with it goes on after this bundle. */
  cursor: string;
}

/** Where a reader begins, before it is given anything. */
export interface PlaceRow {
  cursor: string;
  id?: undefined;
}

/** `row`: of its bundle. */
export function deliveryRow({ cameMs, missing, cursor }: Delivery, row: BundleRow): DeliveryRow {
  return { ...row, came: cameMs, ...(missing.length > 0 && { missing }), cursor };
}

/** How attempts to open paths ended, between NATs of two classes, by one strategy. */
export interface OutcomeText extends Omit<OutcomeRow, "ms"> {
  p50Ms: number | null;
  p95Ms: number | null;
}

/** The quantiles are those of the newest times. */
export function outcomeText({ ms, ...row }: OutcomeRow): OutcomeText {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return { ...row, p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** One row of `dispersy peers --json`. */
export interface PeerRow {
  overlay: string;
  /** `address:port`; of a link that is not UDP where it leads, such as `wss://example.org:443/dispersy`. */
  address: string;
  /** What carries datagrams to it. */
  via: ShownAddress["via"];
  lan?: string;
  bucket: keyof CandidateCounts;
  /** 16 hexadecimal digits: its run. */
  instance?: string;
  rttMs?: number;
  incoming?: IncomingStatus;
  heardMsAgo?: number;
  tracker: boolean;
  nat: Pick<NatSummary, "mapping" | "filtering" | "allocation">;
}

export function peerRow(overlay: string, peer: PeerStatus, links: Pick<Links, "shown">): PeerRow {
  const { mapping, filtering, allocation } = peer.nat;
  return {
    overlay,
    ...links.shown(peer.address),
    ...(peer.lan && { lan: peer.lan.key }),
    bucket: peer.bucket,
    ...(peer.instance !== undefined && { instance: peer.instance }),
    ...(peer.rttMs !== undefined && { rttMs: toTenth(peer.rttMs) }),
    ...(peer.incoming && { incoming: rounded(peer.incoming) }),
    ...(peer.heardMsAgo !== undefined && { heardMsAgo: Math.round(peer.heardMsAgo) }),
    tracker: peer.tracker,
    nat: { mapping, filtering, allocation },
  };
}

function rounded(incoming: IncomingStatus): IncomingStatus {
  const { rate, limit, waitMs, loss, lastMsAgo } = incoming;
  return {
    rate,
    limit,
    waitMs: toTenth(waitMs),
    loss: Math.round(loss * 1_000) / 1_000,
    lastMsAgo: Math.round(lastMsAgo),
  };
}

function toTenth(ms: number): number {
  return Math.round(ms * 10) / 10;
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

/** One row of `dispersy overlays --json`. */
export interface OverlayRow {
  /** Hexadecimal overlay id: 40 characters. */
  overlay: string;
  /** `left`: keys and bundles stay in the home; joining again resumes as the same member. */
  state: "joined" | "left";
  policy: "open" | "members" | "unknown";
  mayWrite: boolean;
  /** Data bundles held; null of one that was left: nobody looks. */
  bundles: number | null;
  /** Peers that answer; null while the node takes no part. */
  contacted: number | null;
  /** With which it can be joined; of one that was left, with what it began from. */
  ticket: string;
}

/** What `init`, `create` and `join` report. */
export interface OverlayInfo {
  /** Hexadecimal overlay id: 40 characters. */
  overlay: string;
  /** Hexadecimal public key that this node writes with: 64 characters. */
  member: string;
  ticket: string;
  /** Whether it is private: what is written is sealed, and the ticket has the secret that opens it. */
  private: boolean;
}
