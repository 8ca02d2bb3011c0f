import { formatBytes } from "../host/byte-size.ts";
import type { Status } from "../host/status/node-status.ts";
import { type Served, topReasons } from "../host/status/served.ts";
import { typed } from "./command-name.ts";
import { heading } from "./output.ts";
import { count, escapeControls, formatAge } from "./text.ts";

const SECONDS_PER_MINUTE = 60;

/** A tracker's status for people. */
export function trackerScreen(status: Status): string {
  const { served, recent, memory, traffic, webSockets } = status;
  const { overlays, candidates } = served!;
  return [
    `${heading("Tracker")}    version ${status.version}, process ${status.pid}, up ${formatAge(status.uptimeMs)}`,
    `${heading("Listening")}  ${status.listen.join(" ")}`,
    ...(webSockets === null
      ? []
      : [`${heading("WebSockets")} ${webSockets.listen}, ${webSockets.connections} open`]),
    `${heading("Serves")}     ${count(overlays, "overlay")}, ${count(candidates.requested, "candidate")}`,
    `${heading("A minute")}   ${servedText(recent)}`,
    `${heading("Traffic")}    by UDP in ${count(traffic.rxPackets, "packet")} (${formatBytes(traffic.rxBytes)}), out ${count(traffic.txPackets, "packet")} (${formatBytes(traffic.txBytes)})`,
    `${heading("Memory")}     ${formatBytes(memory.rssBytes)}`,
    ...status.problems.map(
      (problem) => `${heading("Problem")}    ${escapeControls(typed(problem))}`,
    ),
  ].join("\n");
}

function servedText(recent: Served): string {
  // What was counted in less than a minute is what the last minute had.
  const minutes = Math.max(1, recent.seconds / SECONDS_PER_MINUTE);
  const perMinute = (events: number): number => Math.round(events / minutes);
  const reasons = topReasons(recent.dropReasons);
  return (
    `${count(perMinute(recent.requestsAnswered), "request")} answered, ` +
    `${count(perMinute(recent.introductions), "introduction")}, ` +
    `${count(perMinute(recent.drops), "drop")}` +
    (reasons === "" ? "" : ` (in ${recent.seconds} s: ${reasons})`)
  );
}
