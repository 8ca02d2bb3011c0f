import type { DeliveryText } from "../host/status/delivery-times.ts";
import type { DiskText, OverlaySummary, Status } from "../host/status/node-status.ts";
import type { ElsewhereStatus, IncomingStatus } from "../core/engine-status.ts";
import type { LanPeerStatus } from "../core/engine-status.ts";
import { type LanText, whyNobody } from "../host/status/lan.ts";
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
    `${heading("Node")}       process ${status.pid}, up ${formatAge(status.uptimeMs)}, ${listeningText(status)}`,
    `${heading("NAT")}        mapping ${nat.mapping}, filtering ${nat.filtering}, ports ${nat.portAllocation}, seen as ${nat.addresses.join(" ") || "unknown"}` +
      (nat.portmap === null ? "" : `, ${nat.portmap.address} mapped by ${nat.portmap.protocol}`),
    ...(status.lan === null ? [] : [lanLine(status.lan)]),
    `${heading("Traffic")}    by UDP in ${flow(traffic.rxPackets, traffic.rxBytes)}, out ${flow(traffic.txPackets, traffic.txBytes)}`,
    ...(status.delivery === null ? [] : [deliveryLine(status.delivery)]),
    ...(status.disk === null ? [] : [diskLine(status.disk)]),
    ...status.paths.map(pathLine),
    ...status.overlays.flatMap(overlayLines),
    ...status.problems.map(
      (problem) => `${heading("Problem")}    ${escapeControls(typed(problem))}`,
    ),
  ].join("\n");
}

/** By what others reach it. */
export function listeningText({
  listen,
  webSockets,
}: Pick<Status, "listen" | "webSockets">): string {
  const udp = listen.length === 0 ? "no UDP" : `listening on ${listen.join(" ")}`;
  if (webSockets === null) return udp;
  return `${udp}, WebSockets at ${webSockets.listen} (${webSockets.connections} open)`;
}

/** Whether the machines around us are heard, in whichever overlay. */
function lanLine(lan: LanText): string {
  const { interfaces, announcesMs, heardMsAgo, problem } = lan;
  const begin = `${heading("LAN")}        `;
  if (interfaces.length === 0) return `${begin}none: no network of machines around this one`;
  const where = escapeControls(interfaces.join(" "));
  if (problem !== null) return `${begin}${where}: ${escapeControls(problem)}`;
  if (announcesMs === null) return `${begin}${where}: nothing is announced`;
  if (heardMsAgo !== null) {
    return `${begin}announced on ${where}; somebody else was heard ${formatAge(heardMsAgo)} ago`;
  }
  const why = whyNobody(lan);
  const nobody = `nobody else was heard for ${formatAge(announcesMs)}`;
  return `${begin}announced on ${where}; ${nobody}${why === undefined ? "" : `: ${why}`}`;
}

function lanPeerLine({ address, heardMsAgo, answers }: LanPeerStatus): string {
  const result = answers ? "in touch" : "does not answer";
  return `On LAN     ${address}: announced itself ${formatAge(heardMsAgo)} ago, ${result}`;
}

function deliveryLine({ p50Ms, p99Ms, bundles }: DeliveryText): string {
  const within = `half within ${formatMs(p50Ms)} of their writing, 99 of 100 within ${formatMs(p99Ms)}`;
  return `${heading("Delivery")}   ${within}, by the authors' clocks (${count(bundles, "bundle")} of others that came live)`;
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
    elsewhereLine(overlay.elsewhere),
    ...overlay.places.filter(({ named }) => named).map(placeLine),
    ...overlay.lan.map(lanPeerLine),
    ...overlay.sources.map(sourceLine),
    `Member     ${overlay.member}`,
    `Instance   ${overlay.instance}, which others ping`,
    `Ticket     ${overlay.ticket}`,
  ];
}

/** Whether this machine may be switched off, and by which evidence. */
function elsewhereLine({ unknown, comparedMsAgo, receipts }: ElsewhereStatus): string {
  const said = receipts === 0 ? "" : `, and ${count(receipts, "member")} sent receipts`;
  const evidence =
    comparedMsAgo === null
      ? `no contact has shown yet that it holds just what we hold${said}`
      : `a contact held just what we held ${formatAge(comparedMsAgo)} ago${said}`;
  if (unknown === 0 && comparedMsAgo === null && receipts === 0)
    return "Elsewhere  this node has written nothing yet, so it may go";
  if (unknown === null)
    return `Elsewhere  not known whether others hold what we wrote: ${evidence}`;
  if (unknown === 0)
    return `Elsewhere  all that we wrote is held by somebody else, so this node may go: ${evidence}`;
  return `Elsewhere  nobody else is known to hold ${count(unknown, "bundle")} of ours, so stay on; ${evidence}`;
}

function answering(peers: number): string {
  if (peers === 0) return "nobody answers";
  return peers === 1 ? "1 answers" : `${peers} answer`;
}

function placeLine(row: PlaceRow): string {
  return `Asked      ${row.place}: ${placeResult(row)}`;
}

/** What came of asking at a place, for people. */
export function placeResult({ place, tracker, result, code, problem }: PlaceRow): string {
  if (result === "connected")
    return `connected by WebSocket${tracker ? " to a tracker, which forwards nothing" : ""}`;
  if (result === "failed") return problem ?? "no WebSocket";
  if (result === "waiting" && isWebSocket(place)) return "only where UDP does not answer";
  if (result === "unresolved") return `the name has no address (${code})`;
  if (result === "waiting") return "not asked yet";
  if (result === "no-udp") return "not asked: nothing goes by UDP (--ws-only)";
  if (result === "silent") return "no answer";
  return tracker ? "a tracker, which answers" : "answers";
}

function isWebSocket(place: string): boolean {
  return /^wss?:/.test(place);
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
