import { formatIp } from "../../../wire/address.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import { type ProbeOutcome, ask, echo } from "../net/probe-socket.ts";
import { type TcpOutcome, findByTcp } from "../net/probe-tcp.ts";
import { sourceIp } from "../net/udp.ts";
import type { AskedPlace } from "./asked-places.ts";
import { type Finding, ok, problem } from "./finding.ts";
import type { Networks } from "./networks.ts";
import type { Surroundings } from "./surroundings.ts";

const DISCARD_PORT = 9;
/** A router in the LAN answers in milliseconds. */
const ANSWER_MS = 1_500;
const HTTP_PORT = 80;
/** Linux takes 3 s to find out that nobody has an address of the LAN. */
const FOUND_MS = 4_000;
const NEXT =
  "Let IPv6 through at firewall and router, or switch it off here: a node tries addresses that lead nowhere.";

/** Whether IPv6 leads somewhere, where this machine has a public address of it. */
export async function ipv6({ networks, asked }: Surroundings): Promise<Finding> {
  const around = await networks;
  const own = around.own.find(({ ip }) => ip.length === 16 && scopeOf(ip) === "global");
  if (own === undefined) {
    return ok("ipv6-none", "this machine has no public IPv6 address, and needs none");
  }
  const ip = formatIp(own.ip);
  if ((await sourceIp(6)) === undefined) {
    return problem("ipv6-no-route", `${ip} is an address here, but no route leads out`, NEXT);
  }
  const [self, router, places] = await Promise.all([
    echo(ip, "itself", ANSWER_MS),
    askRouter(around),
    asked,
  ]);
  if (self !== "heard") return blockedHere(ip);
  const of6 = places.filter(({ address }) => address?.family === 6);
  const reached = of6.find(({ outcome }) => outcome === "answered" || outcome === "refused");
  if (reached !== undefined) return ok("ipv6-works", `${reached.place} was reached from ${ip}`);
  if (router === "blocked" || of6.some(({ outcome }) => outcome === "blocked")) {
    return blockedHere(ip);
  }
  if (router === "unreachable" || of6.some(({ outcome }) => outcome === "unreachable")) {
    return problem("ipv6-router-silent", `${ip} does not reach its router`, NEXT);
  }
  if (of6.some(isSilent) && places.some(isReachedOver4)) {
    return problem("ipv6-silent", `over IPv4 trackers answer, over IPv6 (${ip}) none`, NEXT);
  }
  return ok("ipv6-unproven", `${ip} has a route; nobody was named to ask over IPv6`);
}

function blockedHere(ip: string): Finding {
  return problem(
    "ipv6-blocked",
    `this machine's own firewall stops what ${ip} sends or gets`,
    NEXT,
  );
}

function isSilent({ outcome }: AskedPlace): boolean {
  return outcome === "silent";
}

function isReachedOver4({ address, outcome }: AskedPlace): boolean {
  return address?.family === 4 && outcome === "answered";
}

/** A router that is there refuses or is silent; one that cannot be found, the system says so. */
async function askRouter({
  exits,
}: Networks): Promise<ProbeOutcome["kind"] | TcpOutcome | undefined> {
  const router = [...exits.gateways].find(([, gateway]) => gateway.length === 16);
  if (router === undefined) return undefined;
  const [key, gateway] = router;
  const [device] = key.split(" ");
  const zone = scopeOf(gateway) === "link-local" ? `%${device}` : "";
  const host = `${formatIp(gateway)}${zone}`;
  const request = new Uint8Array(1);
  const isAnswer = () => true;
  const question = { host, port: DISCARD_PORT, request, isAnswer, timeoutMs: ANSWER_MS };
  const [sent, found] = await Promise.all([ask(question), findByTcp(host, HTTP_PORT, FOUND_MS)]);
  return sent.kind === "silent" ? found : sent.kind;
}
