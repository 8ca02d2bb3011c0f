import { lookup } from "node:dns";
import { type LookupFunction, type Socket, isIP } from "node:net";
import { connect as connectByTls } from "node:tls";
import { WebSocket } from "ws";
import { parseIp } from "../../../wire/address.ts";
import { type WebSocketPlace, webSocketUrl } from "../../../wire/websocket-place.ts";
import { parseProxy, proxyFor, shownProxy, tunnel } from "./proxy.ts";
import { WEBSOCKET_OPTIONS } from "./websocket.ts";
import { NOT_PUBLIC, reasonOf } from "./websocket-reasons.ts";

/** For all of it: proxy, TLS and HTTP, however slowly they drip. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Resolves with an open WebSocket; rejects with a sentence that says why there is none, and what to do. `allows`: to
 * which addresses a name may lead, where strangers told of it. What a proxy makes of a name is not seen here.
 */
export async function dial(
  place: WebSocketPlace,
  env: NodeJS.ProcessEnv = process.env,
  allows?: (ip: Uint8Array) => boolean,
  timeoutMs = HANDSHAKE_TIMEOUT_MS,
): Promise<WebSocket> {
  const proxy = proxyFor(place, env);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    if (proxy === undefined) return await open(place, deadline.signal, { allows });
    return await openThrough(proxy, place, deadline.signal);
  } catch (error) {
    const through = proxy === undefined ? "" : `through the proxy ${shownProxy(proxy)}, `;
    throw new Error(through + reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function openThrough(
  proxy: string,
  place: WebSocketPlace,
  deadline: AbortSignal,
): Promise<WebSocket> {
  const url = parseProxy(proxy);
  if (url === undefined) {
    throw new Error("HTTPS_PROXY names no proxy by HTTP, such as http://proxy.example.org:3128");
  }
  const socket = await tunnel(url, place, deadline).catch((error: unknown) => {
    if (!deadline.aborted) throw error;
    throw new Error(`the proxy did not answer for too long: is its address right?`);
  });
  return open(place, deadline, { through: socket });
}

/** `through`: what leads there, if not the network itself. */
function open(
  place: WebSocketPlace,
  deadline: AbortSignal,
  { through, allows }: { through?: Socket; allows?: ((ip: Uint8Array) => boolean) | undefined },
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(webSocketUrl(place), {
      ...WEBSOCKET_OPTIONS,
      ...(through && { createConnection: () => secured(place, through) }),
      ...(allows && { lookup: lookUpWithin(allows) }),
    });
    const giveUp = (): void => {
      socket.terminate();
      through?.destroy();
      reject(new Error(`it did not answer for too long: is a firewall on the way?`));
    };
    deadline.addEventListener("abort", giveUp, { once: true });
    socket.once("open", () => {
      deadline.removeEventListener("abort", giveUp);
      resolve(socket);
    });
    // More than one may come.
    socket.on("error", (error) => {
      through?.destroy();
      reject(error);
    });
  });
}

function secured({ host, tls }: WebSocketPlace, socket: Socket): Socket {
  if (!tls) return socket;
  // An IP address is no name for SNI (RFC 6066 section 3).
  return connectByTls({ socket, host, ...(isIP(host) === 0 && { servername: host }) });
}

/** As the system looks names up, but only to addresses that are allowed: a name may be anybody's. */
export function lookUpWithin(allows: (ip: Uint8Array) => boolean): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      const allowed = found.filter(({ address }) => allows(parseIp(address) ?? NO_IP));
      const [first] = allowed;
      if (first === undefined) {
        return done(Object.assign(new Error(NOT_PUBLIC), { code: NOT_PUBLIC }), []);
      }
      if (options.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

const NO_IP = new Uint8Array(0);
