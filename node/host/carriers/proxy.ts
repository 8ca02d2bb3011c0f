import { request as requestByHttp } from "node:http";
import { request as requestByTls } from "node:https";
import type { Socket } from "node:net";
import { formatHostPort } from "../../../wire/place.ts";
import type { WebSocketPlace } from "../../../wire/websocket-place.ts";

/** As curl takes them from the environment: a proxy for TLS, one for all else, and what needs none. */
export function proxyFor(
  { host, port, tls }: WebSocketPlace,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name];
  const proxy = (tls ? read("HTTPS_PROXY") : read("HTTP_PROXY")) ?? read("ALL_PROXY");
  if (proxy === undefined) return undefined;
  const spared = (read("NO_PROXY") ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  const isSpared = spared.some((entry) => {
    const [name = "", only] = entry.toLowerCase().split(/:(?=[0-9]+$)/);
    if (only !== undefined && Number(only) !== port) return false;
    const suffix = name.replace(/^\*?\.?/, "");
    return name === "*" || host === suffix || host.endsWith(`.${suffix}`);
  });
  return isSpared ? undefined : /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

/** What it is for people: without a password that may stand in it. */
export function shownProxy(proxy: string): string {
  return proxy
    .replace(/^.*:\/\//, "")
    .replace(/^.*@/, "")
    .replace(/\/.*$/, "");
}

/** The URL of a proxy by HTTP, plain or by TLS; undefined when it is none. */
export function parseProxy(proxy: string): URL | undefined {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}

/** A proxy answered a CONNECT with something else than 200. */
export class ProxyRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the proxy answered with HTTP ${status}`);
    this.status = status;
  }
}

/**
 * A connection to a place through a proxy (RFC 9110 section 9.3.6). Node's HTTP bounds what the answer may take;
 * whoever gives up says so by `signal`.
 */
export function tunnel(proxy: URL, place: WebSocketPlace, signal: AbortSignal): Promise<Socket> {
  const { protocol, hostname, port, username, password } = proxy;
  const path = formatHostPort(place);
  const ask = protocol === "https:" ? requestByTls : requestByHttp;
  const login = [username, password].map(decodeURIComponent).join(":");
  return new Promise((resolve, reject) => {
    const request = ask({
      method: "CONNECT",
      // The URL of an IPv6 address has brackets.
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
      path,
      agent: false,
      signal,
      headers: {
        host: path,
        ...(username !== "" && {
          "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}`,
        }),
      },
    });
    request.once("connect", ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(new ProxyRefusal(statusCode));
    });
    request.on("error", reject);
    request.end();
  });
}
