import type { Traffic } from "../net/udp.ts";
import { addressed, type Served } from "./served.ts";

/** As many as a start sends to two trackers that do not answer; whoever has nobody to ask sends none. */
const ENOUGH_SENT = 8;
/** A router that starts anew, or a lost network, is silent for less. */
const LEAST_SECONDS = 60;

export const DEAF =
  "nothing was ever received: nobody may be left at the places of the ticket and the trackers, " +
  "or a firewall blocks UDP here; see dispersy netcheck";

/** What tells whether a process does its work. */
export interface Vitals {
  /** False once they are closed; undefined: offline, so that there never are any. */
  socketsOpen: boolean | undefined;
  traffic: Traffic;
  recent: Served;
  /** Peers that are in touch by another way than UDP, which may be blocked then. */
  linked: number;
}

/**
 * Why a process that is alive does not serve; empty when it does, or when it cannot be known. Who sends nothing is owed
 * no answer: a tracker that nobody asks is well.
 */
export function unhealthy({ socketsOpen, traffic, recent, linked }: Vitals): string[] {
  if (socketsOpen === undefined) return [];
  if (!socketsOpen) return ["the sockets are closed"];
  if (linked > 0) return [];
  if (traffic.rxPackets === 0) return addressed(traffic) >= ENOUGH_SENT ? [DEAF] : [];
  const { seconds, datagramsIn, datagramsOut } = recent;
  if (seconds < LEAST_SECONDS || datagramsIn > 0 || datagramsOut < ENOUGH_SENT) return [];
  return [
    `nothing was received in the last ${seconds} seconds, though ${datagramsOut} datagrams were sent: ` +
      "whoever was known may be gone, or the network is down; see dispersy netcheck",
  ];
}
