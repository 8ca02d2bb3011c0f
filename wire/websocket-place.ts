import { parseIp } from "./address.ts";
import { MAX_WEB_SOCKET_BYTES, MIN_MAPPED_PORT } from "./limits.ts";
import { formatHostPort, type HostPort, parseHostPort } from "./place.ts";

/** Where a node or a tracker takes WebSockets. */
export interface WebSocketPlace extends HostPort {
  /** Begins with a slash. Lower case, as a whole ticket is. */
  path: string;
  /** Whether by TLS. */
  tls: boolean;
}

const MAX_PATH_CHARACTERS = 128;
const PORTS = { ws: 80, wss: 443 } as const;

/** `host:port/path`. Throws a RangeError unless `parseWebSocketPlace` can read it back. */
export function formatWebSocketPlace({ path, tls, ...place }: WebSocketPlace): string {
  const text = `${formatHostPort(place)}${path}`;
  if (parseWebSocketPlace(text, tls) === undefined)
    throw new RangeError("not a host, a port and a path");
  return text;
}

export function parseWebSocketPlace(text: string, tls: boolean): WebSocketPlace | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const place = parseHostPort(text.slice(0, slash));
  const path = text.slice(slash);
  const isPath = path.length <= MAX_PATH_CHARACTERS && /^\/[a-z0-9._~/-]*$/.test(path);
  return place !== undefined && isPath ? { ...place, path, tls } : undefined;
}

/** `wss://host:port/path`, or `ws:`. */
export function webSocketUrl(place: WebSocketPlace): string {
  return `${place.tls ? "wss" : "ws"}://${formatWebSocketPlace(place)}`;
}

/** Last labels of names that no public resolver answers (RFC 6761, 6762, 8375, ICANN's `internal`). */
const NEVER_PUBLIC = /(?:^|\.)(?:localhost|local|internal|home\.arpa|invalid|test|onion)$/;

/**
 * How nodes tell each other where one of them takes WebSockets: `host:port/path`. Undefined for what nobody is told,
 * since nobody who hears it from strangers may go there: without TLS, the name of a machine of one network, the port of
 * another service.
 */
export function tellableWebSocket(place: WebSocketPlace): string | undefined {
  const { host, port, tls } = place;
  const text = formatWebSocketPlace(place);
  const isName = parseIp(host) === undefined;
  const isPublic = !isName || (host.includes(".") && !NEVER_PUBLIC.test(host));
  const isOwnPort = port === PORTS.wss || port >= MIN_MAPPED_PORT;
  return tls && isPublic && isOwnPort && text.length <= MAX_WEB_SOCKET_BYTES ? text : undefined;
}

/** Reads it as it was told. */
export function toldWebSocket(text: string): WebSocketPlace | undefined {
  if (text.length > MAX_WEB_SOCKET_BYTES) return undefined;
  const place = parseWebSocketPlace(text, true);
  return place !== undefined && tellableWebSocket(place) === text ? place : undefined;
}

/** The same, also without its port and its path. */
export function parseWebSocketUrl(text: string): WebSocketPlace | undefined {
  const match = /^(wss?):\/\/(\[[^\]]*\]|[^/:]+)(:[0-9]+)?(\/.*)?$/.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, scheme, host, port = `:${PORTS[scheme as "ws" | "wss"]}`, path = "/"] = match;
  return parseWebSocketPlace(`${host}${port}${path}`, scheme === "wss");
}
