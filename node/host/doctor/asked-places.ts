import { setTimeout as sleep } from "node:timers/promises";
import type { LocalNetwork } from "../../../nat/network.ts";
import { Address, formatIp } from "../../../wire/address.ts";
import { fromHex } from "../../../wire/bytes.ts";
import { decode } from "../../../wire/decode.ts";
import { encode } from "../../../wire/encode.ts";
import {
  IDENTIFIER_BYTES,
  INSTANCE_BYTES,
  NO_OVERLAY,
  OVERLAY_ID_BYTES,
  TOKEN_BYTES,
} from "../../../wire/limits.ts";
import { UNKNOWN_NAT } from "../../../wire/message.ts";
import { padTo } from "../../../wire/padding.ts";
import { type HostPort, formatHostPort } from "../../../wire/place.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";
import { parseTicket } from "../../../wire/ticket.ts";
import { parsePlace, resolvePlaces } from "../net/endpoint.ts";
import { ask } from "../net/probe-socket.ts";
import { findByTcp } from "../net/probe-tcp.ts";
import { unique } from "../net/seeds.ts";
import { hostRandom } from "../random.ts";
import type { HomeFacts } from "./home-facts.ts";
import type { Served } from "./served.ts";
import { isWebSocketUrl } from "../node/named-trackers.ts";
import type { Settings } from "./settings.ts";

/** A tracker, or a place of a ticket, and what came of asking it. */
export interface AskedPlace {
  /** As it was named: `host:port`. */
  place: string;
  /** Absent where the name has none. */
  address?: Address;
  outcome: PlaceOutcome;
  /** Of a silent one: whether its host answered by TCP, so that only UDP is stopped. */
  byTcp?: boolean;
}

/** "newer": it speaks only versions of the protocol that this program does not know. */
export type PlaceOutcome =
  "answered" | "newer" | "refused" | "unreachable" | "blocked" | "silent" | "no-address";

/** Enough to see whether anybody answers; each costs a socket and a handful of datagrams. */
const MAX_PLACES = 12;
/** Resolvers try each of several servers for seconds. */
const LOOK_UP_MS = 2_000;
/** Three datagrams, and an answer to the last one from the other side of the world. */
const ANSWER_MS = 1_500;
const TCP_MS = 1_000;

interface Named {
  place: HostPort;
  /** In whose name a node is asked; trackers answer for any overlay. */
  overlay: Uint8Array;
}

/** Asks all places at once. Never rejects. */
export async function askPlaces(of: {
  settings: Settings;
  facts: HomeFacts;
  served: Served;
  own: readonly LocalNetwork[];
}): Promise<AskedPlace[]> {
  const named = namedPlaces(of).slice(0, MAX_PLACES);
  const asked = await Promise.all(named.map(askPlace));
  return asked.flat();
}

/** Those that the user named: trackers, and what the tickets of the overlays say, but for our own addresses. */
function namedPlaces({ settings, facts, served, own }: Parameters<typeof askPlaces>[0]): Named[] {
  const byUdp = settings.trackers.filter((text) => !isWebSocketUrl(text));
  const trackers = byUdp.map((text) => ({ place: parsePlace(text), overlay: NO_OVERLAY }));
  const ofHome = facts.overlays.flatMap(({ overlay, seeds }) => named(overlay, seeds));
  const ofNode = served.kind === "running" ? served.status.overlays : [];
  const ofTickets = ofNode.flatMap(({ overlay, ticket }) => {
    const read = parseTicket(ticket);
    return "at" in read ? named(overlay, read.at) : [];
  });
  const isOurs = ourPlaces(served, own);
  const all = [...trackers, ...ofHome, ...ofTickets].filter(({ place }) => !isOurs(place));
  const distinct = unique(all.map(({ place }) => place)).map(formatHostPort);
  return distinct.map((text) => all.find(({ place }) => formatHostPort(place) === text)!);
}

function named(overlay: string, places: readonly HostPort[]): Named[] {
  const id = fromHex(overlay, OVERLAY_ID_BYTES) ?? NO_OVERLAY;
  return places.map((place) => ({ place, overlay: id }));
}

/** A running node's ticket names itself. */
function ourPlaces(served: Served, own: readonly LocalNetwork[]): (place: HostPort) => boolean {
  if (served.kind !== "running") return () => false;
  const { listen, nat } = served.status;
  const ports = new Set(listen.map((text) => Number(text.split(":").at(-1))));
  const hosts = new Set(own.map(({ ip }) => formatIp(ip)));
  const exact = new Set([...listen, ...nat.addresses, nat.portmap?.address]);
  return (place) =>
    exact.has(formatHostPort(place)) || (hosts.has(place.host) && ports.has(place.port));
}

async function askPlace({ place, overlay }: Named): Promise<AskedPlace[]> {
  const text = formatHostPort(place);
  const late = sleep(LOOK_UP_MS, [] as Address[], { ref: false });
  const addresses = await Promise.race([resolvePlaces([place], () => {}), late]);
  if (addresses.length === 0) return [{ place: text, outcome: "no-address" }];
  return Promise.all(addresses.map((address) => askAddress(text, address, overlay)));
}

async function askAddress(
  place: string,
  address: Address,
  overlay: Uint8Array,
): Promise<AskedPlace> {
  const { host, port } = address;
  const identifier = hostRandom.bytes(IDENTIFIER_BYTES);
  const outcome = await ask({
    host,
    port,
    request: bareRequest(address, overlay, identifier),
    isAnswer: (bytes) => answerOf(bytes, identifier) !== undefined,
    timeoutMs: ANSWER_MS,
  });
  if (outcome.kind === "answered") {
    return { place, address, outcome: answerOf(outcome.bytes, identifier) ?? "answered" };
  }
  if (outcome.kind !== "silent") return { place, address, outcome: outcome.kind };
  const byTcp = (await findByTcp(host, port, TCP_MS)) === "there";
  return { place, address, outcome: "silent", byTcp };
}

/** What a stranger asks first; the answer is a token, and changes nothing on either side. */
function bareRequest(to: Address, overlay: Uint8Array, identifier: Uint8Array): Uint8Array {
  const request = padTo(
    {
      kind: "introduction-request",
      identifier,
      instance: hostRandom.bytes(INSTANCE_BYTES),
      destination: to,
      grant: hostRandom.bytes(TOKEN_BYTES),
      nat: UNKNOWN_NAT,
      advice: false,
    },
    BARE_REQUEST_BYTES,
  );
  return encode(overlay, request);
}

function answerOf(bytes: Uint8Array, identifier: Uint8Array): "answered" | "newer" | undefined {
  const decoded = decode(bytes);
  if ("rejected" in decoded) {
    return decoded.rejected === "version-unsupported" ? "newer" : undefined;
  }
  const { message } = decoded;
  const isOurs =
    message.kind === "introduction-response" &&
    Buffer.compare(message.identifier, identifier) === 0;
  return isOurs ? "answered" : undefined;
}
