import type { HostPort } from "../../../wire/place.ts";
import { formatHostPort } from "../../../wire/place.ts";
import type { PlaceStatus } from "../../core/engine-status.ts";
import type { WebSocketAttempt } from "../carriers/websocket-fallback.ts";
import type { NamedPlace } from "../net/seeds.ts";

/** Somewhere that an overlay begins from, and what came of asking there. */
export interface PlaceRow {
  /** `host:port` as it was given; of one that takes WebSockets its URL. */
  place: string;
  /** Whether the user named it, as a tracker or by a ticket's `at`; else a peer of a ticket or of an earlier run. */
  named: boolean;
  /** Whether it says that it is a tracker. */
  tracker: boolean;
  /**
   * `waiting`: not asked yet, or by WebSocket not needed. `unresolved`: nobody knows an address of this name.
   * `connected`, `failed`: by WebSocket. `no-udp`: asked by UDP alone, and nothing goes by that.
   */
  result: "answers" | "silent" | "waiting" | "unresolved" | "connected" | "failed" | "no-udp";
  /** The system's code for why a name has no address, such as ENOTFOUND. */
  code?: string;
  /** What became of the last attempt to connect by WebSocket, and what to do, in a sentence. */
  problem?: string;
}

/**
 * The rows of an overlay, those that the user named first. `names`: what the names among the places stand for; `asked`:
 * what the engine says of addresses.
 */
export function placeRows(
  places: readonly HostPort[],
  names: readonly NamedPlace[],
  asked: readonly PlaceStatus[],
): PlaceRow[] {
  const byAddress = new Map(asked.map((status) => [status.address.key, status]));
  const byName = new Map(names.map((name) => [formatHostPort(name.place), name]));
  const addressesOfNames = names.flatMap(({ addresses }) => addresses.map(({ key }) => key));
  const known = new Set([...places.map(formatHostPort), ...addressesOfNames]);
  const named = places.map((place): PlaceRow => {
    const text = formatHostPort(place);
    const name = byName.get(text);
    if (name === undefined) return row(text, true, [byAddress.get(text)]);
    const statuses = name.addresses.map(({ key }) => byAddress.get(key));
    const { problem } = name;
    if (statuses.length > 0 || problem === undefined) return row(text, true, statuses);
    return { place: text, named: true, tracker: false, result: "unresolved", code: problem };
  });
  const others = asked.filter(({ address }) => !known.has(address.key));
  return [...named, ...others.map((status) => row(status.address.key, status.isNamed, [status]))];
}

/** The row of a place that is asked by UDP, where nothing goes by that. */
export function withoutUdp({ place, named, tracker }: PlaceRow): PlaceRow {
  return { place, named, tracker, result: "no-udp" };
}

/** Of the places that are connected to by WebSocket. */
export function webSocketRows(attempts: readonly WebSocketAttempt[]): PlaceRow[] {
  return attempts.map(({ url, named, connected, tracker, problem }) => ({
    place: url,
    named,
    tracker,
    result: connected ? "connected" : problem === undefined ? "waiting" : "failed",
    ...(problem !== undefined && { problem }),
  }));
}

/** `statuses`: those of a name's addresses. */
function row(place: string, named: boolean, statuses: (PlaceStatus | undefined)[]): PlaceRow {
  const known = statuses.filter((status) => status !== undefined);
  const tracker = known.some(({ isTracker }) => isTracker);
  const answers = known.some(({ liveness }) => liveness === "answers");
  const isAsked = known.some((status) => status.isAsked);
  return { place, named, tracker, result: answers ? "answers" : isAsked ? "silent" : "waiting" };
}
