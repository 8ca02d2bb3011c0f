import { isInside } from "../../../nat/network.ts";
import { formatIp } from "../../../wire/address.ts";
import { ask } from "../net/probe-socket.ts";
import { findByTcp } from "../net/probe-tcp.ts";
import { sntpRequest, unixMsOf } from "./sntp.ts";
import type { Networks } from "./networks.ts";

/** The router of a local IPv4 network. */
export interface RouterFacts {
  ip: string;
  /** Nobody in the local network has its address. */
  isMissing: boolean;
  /** How far this machine's clock is ahead of the router's, in milliseconds; absent where it tells no time. */
  aheadMs?: number;
}

const SNTP_PORT = 123;
/** A router in the LAN answers in milliseconds; three datagrams fit. */
const ANSWER_MS = 1_500;
/** Whether anything listens there does not matter. */
const HTTP_PORT = 80;
/** Linux takes 3 s to find out that nobody has an address of the LAN. */
const FOUND_MS = 4_000;

/** Undefined where no IPv4 network of ours has one. */
export async function askRouter({ own }: Networks): Promise<RouterFacts | undefined> {
  const network = own.find(
    (one) => one.ip.length === 4 && one.gateway !== undefined && isInside(one, one.gateway),
  );
  if (network?.gateway === undefined) return undefined;
  const ip = formatIp(network.gateway);
  const request = sntpRequest();
  const isFound = findByTcp(ip, HTTP_PORT, FOUND_MS);
  const outcome = await ask({
    host: ip,
    port: SNTP_PORT,
    request,
    isAnswer: (bytes) => unixMsOf(bytes, request) !== undefined,
    timeoutMs: ANSWER_MS,
  });
  if (outcome.kind === "answered") {
    return { ip, isMissing: false, aheadMs: Date.now() - unixMsOf(outcome.bytes, request)! };
  }
  // A refusal is an answer of the router, too.
  const isMissing = outcome.kind !== "refused" && (await isFound) === "unreachable";
  return { ip, isMissing };
}
