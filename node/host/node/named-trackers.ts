import type { HostPort } from "../../../wire/place.ts";
import { parseWebSocketUrl, type WebSocketPlace } from "../../../wire/websocket-place.ts";
import { DEFAULT_PATH } from "../carriers/websocket-listen.ts";
import { EXIT, UserError } from "../errors.ts";
import { parsePlace } from "../net/endpoint.ts";
import type { NodeOptions } from "./node-options.ts";

interface NamedTrackers {
  trackers: HostPort[];
  /** Those that were named by where they take WebSockets. */
  webSocketTrackers: WebSocketPlace[];
}

/** Throws a UserError for a place that is none. */
export function trackersOf({ role, trackers = [] }: NodeOptions): NamedTrackers {
  const named: NamedTrackers = { trackers: [], webSocketTrackers: [] };
  for (const text of trackers) {
    if (!isWebSocketUrl(text)) named.trackers.push(parsePlace(text));
    else if (role === "tracker") throw byUdpOnly();
    else named.webSocketTrackers.push(parseWebSocketTracker(text));
  }
  return named;
}

/** Whether it begins as the place of a WebSocket does. */
export function isWebSocketUrl(text: string): boolean {
  return /^wss?:/i.test(text);
}

/** A tracker's path is the usual one unless it is written. Throws a UserError. */
export function parseWebSocketTracker(text: string): WebSocketPlace {
  const hasPath = /^wss?:\/\/[^/]*\//i.test(text);
  const place = parseWebSocketUrl(hasPath ? text : `${text}${DEFAULT_PATH}`);
  if (place !== undefined) return place;
  throw new UserError(
    "a tracker is not at such a URL",
    "Write it as the tracker prints it, with a path of small letters, such as wss://tracker.example.org:8443/dispersy.",
    EXIT.usage,
  );
}

function byUdpOnly(): UserError {
  return new UserError(
    "trackers help each other by UDP only",
    "Name the other one as host:port.",
    EXIT.usage,
  );
}
