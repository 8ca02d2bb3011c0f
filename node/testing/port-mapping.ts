import {
  decodePcp,
  encodePcpAnnounce,
  encodePcpMap,
  PCP_NONCE_BYTES,
  type PcpResponse,
} from "../host/portmap/pcp-codec.ts";
import { mappingPlace } from "../host/portmap/router-place.ts";
import type { Address } from "../../wire/address.ts";
import { SeededRandom } from "./random.ts";
import type { SimSockets } from "./sockets.ts";

/** As the real node asks for; a simulated world ends before it has to be renewed. */
const LEASE_S = 7_200;

/**
 * Asks a router that maps ports for one, as the real node does and in its words: at once, when it turns out to speak
 * PCP. In a LAN nothing is lost, so nothing is sent again.
 */
export function askForPort(
  sockets: SimSockets,
  parts: {
    seed: string | number;
    /** The router forwards `external` to the socket `via`. */
    mapped: (via: number, external: Address) => void;
  },
): void {
  const { seed, mapped } = parts;
  if (sockets.main[0]?.lan?.nat.behaviour.portMapping !== true) return;
  const { networks, ports } = sockets.networkInput();
  const bound = ports.map(({ family, port }, i) => {
    return { family, port, host: sockets.main[i]!.address.host };
  });
  const place = mappingPlace(networks, bound);
  if (place === undefined) return;
  const { internal, server, via } = place;
  const nonce = new SeededRandom(seed, `portmap/${internal.key}`).bytes(PCP_NONCE_BYTES);
  const asked = sockets.spare();
  const ask = (request: Uint8Array, answered: (answer: PcpResponse) => void): void => {
    asked.hear((from, bytes) => {
      const answer = from.key === server.key ? decodePcp(bytes) : undefined;
      if (answer !== undefined) answered(answer);
    });
    asked.send(server, request);
  };
  const granted = (answer: PcpResponse): void => {
    asked.close();
    if (answer.kind === "map" && answer.external !== undefined) mapped(via, answer.external);
  };
  const request = { internal, nonce, lifetimeS: LEASE_S, suggested: internal };
  ask(encodePcpAnnounce(internal), () => ask(encodePcpMap(request), granted));
}
