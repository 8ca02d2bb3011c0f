import { formatIp } from "../../../wire/address.ts";
import { echo } from "../net/probe-socket.ts";
import { DEAF } from "../status/health.ts";
import type { AskedPlace } from "./asked-places.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { heardLately, isWithoutUdp } from "./served.ts";
import type { Surroundings } from "./surroundings.ts";

const LOOPBACK = "127.0.0.1";
const ECHO_MS = 1_500;
const ELSEWHERE =
  "Try another network, or a tracker on port 443; else ask who runs the firewall to let UDP through.";

/** Whether datagrams leave this machine, and come back from others. */
export async function udp(around: Surroundings): Promise<Finding> {
  if (isWithoutUdp(await around.served)) return ok("udp-unused", "the node uses none (--ws-only)");
  const { own, unreadable } = await around.networks;
  if (own.length === 0 && unreadable === undefined) {
    const next = "Connect it: see its cable, its Wi-Fi, or `ip address`.";
    return problem("udp-no-network", "this machine is in no network", next);
  }
  const [asked, served, self] = await Promise.all([
    around.asked,
    around.served,
    echo(own[0] === undefined ? LOOPBACK : formatIp(own[0].ip), "itself", ECHO_MS),
  ]);
  const blocked = asked.find(({ outcome }) => outcome === "blocked");
  if (blocked !== undefined || self !== "heard") {
    return problem(
      "udp-refused-here",
      "this machine's own firewall does not let UDP through",
      "Allow UDP there, out and in: see `sudo nft list ruleset`, or ufw or firewalld.",
    );
  }
  const answered = asked.filter(({ outcome }) => outcome === "answered" || outcome === "newer");
  if (served.kind === "running" && served.status.problems.includes(DEAF) && answered.length > 0) {
    return problem(
      "udp-node-deaf",
      "answers come to this command, but not to the port of the running node",
      `Let the firewall pass UDP to ${served.status.listen.join(" ")}.`,
    );
  }
  if (answered.length > 0) return ok("udp-works", `${answered[0]!.place} answered`);
  const heard = heardLately(served);
  const byUdp = heard.filter(({ via }) => via === "udp");
  if (byUdp.length > 0) return ok("udp-works", `other nodes that this node hears: ${byUdp.length}`);
  const found = unanswered(asked);
  if (heard.length === 0 || found.level === "ok") return found;
  const text = `${found.text}; the node is in touch by WebSocket or pipe all the same`;
  return warning("udp-replaced", text, ELSEWHERE);
}

/** Nobody answered: is it them, or the way there? */
function unanswered(asked: readonly AskedPlace[]): Finding {
  const refused = asked.find(({ outcome }) => outcome === "refused");
  if (refused !== undefined) {
    return ok("udp-reaches", `datagrams reach ${refused.place}, where nobody listens`);
  }
  const silent = asked.filter(({ outcome }) => outcome === "silent");
  const byTcp = silent.find(({ byTcp }) => byTcp);
  if (byTcp !== undefined) {
    const text = `${byTcp.place} answers by TCP and not by UDP, which is blocked, it seems`;
    return problem("udp-blocked", text, ELSEWHERE);
  }
  const hosts = new Set(silent.map(({ address }) => address?.host));
  if (hosts.size > 1) {
    const text = `nothing came back from ${hosts.size} hosts: UDP is blocked, it seems`;
    return problem("udp-blocked", text, ELSEWHERE);
  }
  if (silent.length === 0 && asked.some(({ outcome }) => outcome === "unreachable")) {
    const text = "this machine has no way to any tracker or place of a ticket";
    return problem("udp-no-way", text, "See: router.");
  }
  return warning(
    "udp-unproven",
    silent.length === 0 ? "nobody could be asked" : "the only host that was asked is silent",
    "Name a tracker, best two: dispersy doctor --tracker tracker.example.org:6421",
  );
}
