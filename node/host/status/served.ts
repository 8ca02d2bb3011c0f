import { isDrop } from "../record/refusals.ts";
import type { Traffic } from "../net/udp.ts";
import type { Fields } from "../log.ts";

/** All that was counted up to a moment. */
export interface Tally {
  /** Monotonic milliseconds. */
  atMs: number;
  traffic: Traffic;
  counters: ReadonlyMap<string, number>;
  bundlesStored: number;
}

/** What a node or a tracker did for others between two moments. */
export interface Served {
  /** How long that was. */
  seconds: number;
  datagramsIn: number;
  /** Without announcements to a LAN. */
  datagramsOut: number;
  bytesIn: number;
  bytesOut: number;
  /** Introduction-requests that were answered. */
  requestsAnswered: number;
  /** Answers that named somebody. */
  introductions: number;
  /** Bundles that went to disk, our own included. */
  bundlesStored: number;
  bundlesSent: number;
  /** Datagrams, bundles and requests that were thrown away. */
  drops: number;
  /** The same by reason: names of counters, the most frequent first. */
  dropReasons: { [reason: string]: number };
}

/** The line of a minute is read by people. */
const TOP_REASONS = 3;

export function served(before: Tally, after: Tally): Served {
  const since = (name: string): number =>
    (after.counters.get(name) ?? 0) - (before.counters.get(name) ?? 0);
  const reasons = [...after.counters.keys()]
    .filter((name) => isDrop(name) && since(name) > 0)
    .map((name) => [name, since(name)] as const)
    .sort(([, a], [, b]) => b - a);
  return {
    seconds: Math.round((after.atMs - before.atMs) / 1_000),
    datagramsIn: after.traffic.rxPackets - before.traffic.rxPackets,
    datagramsOut: addressed(after.traffic) - addressed(before.traffic),
    bytesIn: after.traffic.rxBytes - before.traffic.rxBytes,
    bytesOut: after.traffic.txBytes - before.traffic.txBytes,
    requestsAnswered: since("sent introduction-response"),
    introductions: since("introductions made"),
    bundlesStored: after.bundlesStored - before.bundlesStored,
    bundlesSent: since("bundles sent"),
    drops: reasons.reduce((sum, [, count]) => sum + count, 0),
    dropReasons: Object.fromEntries(reasons),
  };
}

/** How many datagrams went to somebody, who may answer. */
export function addressed({ txPackets, announcedPackets }: Traffic): number {
  return txPackets - announcedPackets;
}

/** The line of the log for what was served, or undefined when that was nothing. */
export function servedLine(during: Served, peers: number): Fields | undefined {
  const { dropReasons, drops, ...rest } = during;
  const { requestsAnswered, bundlesStored, bundlesSent } = rest;
  if (requestsAnswered + bundlesStored + bundlesSent + drops === 0) return undefined;
  const top = topReasons(dropReasons);
  return { ...rest, peers, drops, ...(top !== "" && { dropReasons: top }) };
}

/** `gate: rate 12, bundle rejected: signature 3`: the most frequent ones. */
export function topReasons(dropReasons: Served["dropReasons"]): string {
  const reasons = Object.entries(dropReasons);
  const shown = reasons.slice(0, TOP_REASONS).map(([reason, count]) => `${reason} ${count}`);
  return [...shown, ...(reasons.length > TOP_REASONS ? ["and others"] : [])].join(", ");
}
