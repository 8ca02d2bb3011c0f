import type { DiskText, OverlaySummary, Status } from "../host/status/node-status.ts";
import type { IncomingStatus } from "../core/engine-status.ts";
import type { PlaceRow } from "../host/status/places.ts";
import type { OutcomeText, PeerRow } from "../host/status/rows.ts";
import { typed } from "./command-name.ts";
import { heading } from "./output.ts";
import { formatBytes } from "../host/byte-size.ts";
import { count, escapeControls, formatAge, privacyWord } from "./text.ts";

/** A place that the user named is asked as a tracker is, until its answer shows what is there. */
export const UNPROVEN = "tracker or place of the ticket";

/** A status for people. */
export function statusScreen(status: Status): string {
  const { nat, traffic } = status;
  return [
    `${heading("Node")}       process ${status.pid}, up ${formatAge(status.uptimeMs)}, listening on ${status.listen.join(" ")}`,
    `${heading("NAT")}        mapping ${nat.mapping}, filtering ${nat.filtering}, ports ${nat.portAllocation}, seen as ${nat.addresses.join(" ") || "unknown"}` +
      (nat.portmap === null ? "" : `, ${nat.portmap.address} mapped by ${nat.portmap.protocol}`),
    `${heading("Traffic")}    in ${flow(traffic.rxPackets, traffic.rxBytes)}, out ${flow(traffic.txPackets, traffic.txBytes)}`,
    ...(status.disk === null ? [] : [diskLine(status.disk)]),
    ...status.paths.map(pathLine),
    ...status.overlays.flatMap(overlayLines),
    ...status.problems.map(
      (problem) => `${heading("Problem")}    ${escapeControls(typed(problem))}`,
    ),
  ].join("\n");
}

function diskLine({ freeBytes, minFreeBytes }: DiskText): string {
  const free = freeBytes === null ? "free unknown" : `free ${formatBytes(freeBytes)}`;
  return `${heading("Disk")}       ${free}; below ${formatBytes(minFreeBytes)} (--min-free) no more bundles of others`;
}

function pathLine({ own, peer, strategy, attempts, opened, p50Ms }: OutcomeText): string {
  const median = p50Ms === null ? "" : `, half of them within ${p50Ms} ms`;
  return `${heading("Paths")}      ${own} to ${peer} by ${strategy}: ${opened} of ${count(attempts, "attempt")} opened one${median}`;
}

function flow(packets: number, bytes: number): string {
  return `${count(packets, "packet")} (${formatBytes(bytes)})`;
}

function overlayLines(overlay: OverlaySummary): string[] {
  const { contacted, requested, introduced } = overlay.candidates;
  const unproven = requested + introduced;
  const policy = overlay.policy === "unknown" ? "not known yet who may write" : overlay.policy;
  return [
    "",
    `${heading("Overlay")}    ${overlay.overlay} (${privacyWord(overlay.private)}, ${policy}${overlay.mayWrite ? "" : ", we may not write"})`,
    `Bundles    ${overlay.bundles}, global time ${overlay.globalTime}${overlay.syncing ? ", syncing" : overlay.upToDate ? ", up to date" : ""}`,
    `Peers      ${answering(contacted)}${unproven > 0 ? `, ${unproven} more are known` : ""}`,
    ...overlay.places.filter(({ named }) => named).map(placeLine),
    ...overlay.sources.map(sourceLine),
    `Member     ${overlay.member}`,
    `Instance   ${overlay.instance}, which others ping`,
    `Ticket     ${overlay.ticket}`,
  ];
}

function answering(peers: number): string {
  if (peers === 0) return "nobody answers";
  return peers === 1 ? "1 answers" : `${peers} answer`;
}

function placeLine(row: PlaceRow): string {
  return `Asked      ${row.place}: ${placeResult(row)}`;
}

/** What came of asking at a place, for people. */
export function placeResult({ tracker, result, code }: PlaceRow): string {
  if (result === "unresolved") return `the name has no address (${code})`;
  if (result === "waiting") return "not asked yet";
  if (result === "silent") return "no answer";
  return tracker ? "a tracker, which answers" : "answers";
}

function sourceLine({ address, rttMs, incoming }: PeerRow): string {
  const [rate, limit, queue, loss] = incomingCells(incoming);
  return `From       ${address} at ${rate} at most (${limit}), round trip ${formatMs(rttMs)}, in queues ${queue}, lost ${loss}`;
}

/** Why a peer is not asked to send faster. */
const LIMITS: Record<IncomingStatus["limit"], string> = {
  starting: "just begun",
  growing: "still growing",
  sender: "it sends no faster",
  queue: "a queue on the way",
  loss: "loss on the way",
  stalled: "its answers break off",
  user: "--max-down",
};

/** The rate that a peer is asked for, what limits it, how long datagrams wait in queues, and how many are lost. */
export function incomingCells(incoming: IncomingStatus | undefined): string[] {
  if (incoming === undefined) return ["-", "-", "-", "-"];
  const { rate, limit, waitMs, loss } = incoming;
  return [
    `${formatBytes(rate)}/s`,
    LIMITS[limit],
    formatMs(waitMs),
    `${(100 * loss).toFixed(1)} %`,
  ];
}

export function formatMs(ms: number | undefined): string {
  return ms === undefined ? "-" : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
