import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { EXIT, UserError, codeOf, messageOf } from "../errors.ts";
import type { Node } from "../node/node.ts";
import { type MetricsPlace, hostOf, isLoopback } from "./place.ts";
import { Metrics } from "./registry.ts";

/** A few that scrape, and a few that look by hand. The oldest makes room: who holds all keeps nobody out. */
const MAX_CONNECTIONS = 32;
/** Browsers send some 2 KiB. */
const MAX_HEADER_BYTES = 8 * 1024;
/** A request is one small packet. */
const REQUEST_TIMEOUT_MS = 5_000;
/** Prometheus asks every 15 s to 60 s, and may come back by the same connection. */
const IDLE_TIMEOUT_MS = 90_000;
/** How often the limits above are looked at. */
const CHECK_INTERVAL_MS = 1_000;

export interface MetricsServer {
  /** `address:port`. */
  at: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /metrics` and `GET /healthz` until closed, in HTTP without encryption. Throws a UserError when it cannot
 * listen there.
 */
export async function serveMetrics(node: Node, place: MetricsPlace): Promise<MetricsServer> {
  const metrics = new Metrics(() => node.status());
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    (request, response) => {
      void answer({ node, metrics, isLocal: isLoopback(place.host) }, request, response);
    },
  );
  // What neither sends nor reads is let go, also in the middle of an answer.
  server.setTimeout(IDLE_TIMEOUT_MS + REQUEST_TIMEOUT_MS);
  const connections = boundConnections(server);
  try {
    await listen(server, place);
  } catch (error) {
    metrics.close();
    throw refusal(place, error);
  }
  // Accepting fails for want of descriptors, say. The client sees it; the others are served on.
  server.on("error", (error) => {
    node.log.warn("a client of the metrics was lost", { code: codeOf(error) });
  });
  return {
    at: textOf(server.address() as AddressInfo),
    close: async () => {
      metrics.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

function boundConnections(server: Server): Set<Socket> {
  /** BOUNDED: by MAX_CONNECTIONS. */
  const connections = new Set<Socket>();
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    if (connections.size <= MAX_CONNECTIONS) return;
    const [oldest] = connections;
    connections.delete(oldest!);
    oldest!.destroy();
  });
  return connections;
}

interface Serving {
  node: Node;
  metrics: Metrics;
  /** Only this machine reaches us. */
  isLocal: boolean;
}

interface Answer {
  code: number;
  type: string;
  body: string;
}

async function answer(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { code, type, body } = await answerTo(serving, request);
  response.writeHead(code, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // Whoever asks for what there is not has no business here.
    ...(code !== 200 && code !== 503 && { connection: "close" }),
    ...(code === 405 && { allow: "GET, HEAD" }),
  });
  response.end(request.method === "HEAD" ? "" : body);
}

async function answerTo(serving: Serving, request: IncomingMessage): Promise<Answer> {
  const { node, metrics } = serving;
  const stranger = serving.isLocal ? strangeHost(request) : undefined;
  if (stranger !== undefined) return plain(403, stranger);
  const [path] = (request.url ?? "").split("?");
  if (path !== "/metrics" && path !== "/healthz") {
    return plain(404, "There is /metrics and /healthz.");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain(405, "This can only be read: GET it.");
  }
  try {
    if (path === "/healthz") return health(node.unhealthy());
    return { code: 200, type: metrics.contentType, body: await metrics.text() };
  } catch (error) {
    if (error instanceof UserError) return plain(503, error.message);
    node.log.error("defect: metrics could not be told", { error: messageOf(error) });
    return plain(500, "This is a defect of the program; see its log.");
  }
}

function health(reasons: readonly string[]): Answer {
  return reasons.length === 0 ? plain(200, "ok") : plain(503, reasons.join("\n"));
}

/**
 * A page of a stranger can have its own name resolved to 127.0.0.1 and read what a browser here may ask (DNS
 * rebinding). It cannot choose the header `Host`. Who sends none is no browser: HTTP/1.0, as of load balancers.
 */
function strangeHost({ headers: { host } }: IncomingMessage): string | undefined {
  if (host === undefined || isLoopback(hostOf(host))) return undefined;
  return (
    "The name in your request is not one of this machine's own: ask for 127.0.0.1 or localhost. " +
    "To serve other machines, name an address: --metrics HOST:PORT"
  );
}

function plain(code: number, text: string): Answer {
  return { code, type: "text/plain; charset=utf-8", body: `${text}\n` };
}

/** Rejects with the system's error. */
function listen(server: Server, { host, port }: MetricsPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

const REASONS: Record<string, string> = {
  EADDRINUSE: "another process has this port",
  EACCES: "you may not use this port",
  EADDRNOTAVAIL: "this machine does not have this address",
  ENOTFOUND: "this name is unknown",
};

function refusal({ host, port }: MetricsPlace, error: unknown): UserError {
  const code = codeOf(error) ?? messageOf(error);
  const at = textOf({ address: host, port });
  return new UserError(
    `metrics cannot be served at ${at}: ${REASONS[code] ?? "the system refuses"} (${code})`,
    "Name another place, such as --metrics 9465; --metrics 0 takes any free port.",
    EXIT.failed,
  );
}

function textOf({ address, port }: { address: string; port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
