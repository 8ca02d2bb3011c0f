import { isInside } from "../../../nat/network.ts";
import { formatIp } from "../../../wire/address.ts";
import { type ProbeOutcome, ask } from "../net/probe-socket.ts";
import { sntpRequest, unixMsOf } from "./sntp.ts";
import type { Networks } from "./surroundings.ts";

/** The router of a local IPv4 network. */
export interface RouterFacts {
  ip: string;
  outcome: ProbeOutcome["kind"];
  /** How far this machine's clock is ahead of the router's, in milliseconds; absent where it tells no time. */
  aheadMs?: number;
}

const SNTP_PORT = 123;
/** Linux takes 3 s to find out that nobody has an address of the LAN. */
const ANSWER_MS = 3_500;

/** Undefined where no IPv4 network of ours has one. */
export async function askRouter({ own }: Networks): Promise<RouterFacts | undefined> {
  const network = own.find(
    (one) => one.ip.length === 4 && one.gateway !== undefined && isInside(one, one.gateway),
  );
  if (network?.gateway === undefined) return undefined;
  const ip = formatIp(network.gateway);
  const request = sntpRequest();
  const outcome = await ask({
    host: ip,
    port: SNTP_PORT,
    request,
    isAnswer: (bytes) => unixMsOf(bytes, request) !== undefined,
    timeoutMs: ANSWER_MS,
  });
  if (outcome.kind !== "answered") return { ip, outcome: outcome.kind };
  const aheadMs = Date.now() - unixMsOf(outcome.bytes, request)!;
  return { ip, outcome: "answered", aheadMs };
}
