import { readFileSync } from "node:fs";
import { type IncomingMessage, type Server, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
  createServer as listener,
} from "node:net";
import { WebSocketServer } from "ws";
import { Address } from "../../../wire/address.ts";
import { scopeOf, subscriber } from "../../../wire/address-scope.ts";
import { EXIT, UserError, codeOf, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { Door, mostConnections } from "./door.ts";
import type { WebSocketRefusal } from "./link-counters.ts";
import type { Links } from "./links.ts";
import type { WebSocketListen } from "./websocket-listen.ts";
import { WEBSOCKET_OPTIONS, linkWebSocket } from "./websocket.ts";

const MAX_HEADER_BYTES = 8 * 1024;
/** For TLS and the request together, however slowly they drip. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface WebSocketService {
  /** `address:port`. */
  at: string;
  /** Open ones that others dialled. */
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * Takes WebSockets until closed: each is a link. On all other paths there is nothing, so a site can share the port by a
 * reverse proxy. Throws a UserError when it cannot listen, or the certificate cannot be used.
 */
export async function serveWebSockets(
  listen: WebSocketListen,
  { links, log }: { links: Links; log: Log },
): Promise<WebSocketService> {
  const entrance = new Entrance(listen, links, log);
  await entrance.listen();
  return entrance;
}

/** A connection that was let in. */
interface Guest {
  readonly socket: Socket;
  /** Whose share of the connections it takes, as the socket and as a reverse proxy says. */
  readonly names: string[];
  /** For people: an IP address. */
  who: string;
  /** Until it has become a WebSocket. */
  readonly deadline: NodeJS.Timeout;
}

class Entrance implements WebSocketService {
  readonly #listen: WebSocketListen;
  readonly #links: Links;
  readonly #log: Log;
  readonly #door = new Door(mostConnections());
  /** By address and port: with TLS, the socket of a request is another one. BOUNDED: by the door. */
  readonly #guests = new Map<string, Guest>();
  /** Asks the door before anything is read, and hands the connection to HTTP. */
  readonly #tcp: TcpServer = listener((socket) => this.#entered(socket));
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true, ...WEBSOCKET_OPTIONS });

  constructor(listen: WebSocketListen, links: Links, log: Log) {
    this.#listen = listen;
    this.#links = links;
    this.#log = log;
    this.#http = httpServer(listen);
    this.#http.on("request", (request, response) => {
      const isOurs = pathOf(request.url) === listen.path;
      this.#refuse("no WebSocket");
      response.writeHead(isOurs ? 426 : 404, { connection: "close", "content-type": "text/plain" });
      const text = isOurs ? "Nodes connect here by WebSocket.\n" : "There is nothing here.\n";
      // However much it would still send.
      response.end(text, () => request.socket.destroySoon());
    });
    this.#http.on("upgrade", (request, socket: Socket, head) => {
      this.#asked(request, socket, head);
    });
    this.#http.on("clientError", (_error, socket) => this.#senseless(socket as Socket));
    this.#http.on("tlsClientError", (_error, socket) => this.#senseless(socket));
    this.#webSockets.on("wsClientError", (_error, socket) => this.#senseless(socket as Socket));
  }

  get at(): string {
    const { address, port } = this.#tcp.address() as AddressInfo;
    return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  }

  get connections(): number {
    return this.#webSockets.clients.size;
  }

  async listen(): Promise<void> {
    await listenAt(this.#tcp, this.#listen);
    this.#tcp.on("error", (error) => {
      this.#log.warn("a WebSocket was lost", { code: codeOf(error) });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#tcp.close(() => resolve()));
    for (const socket of this.#webSockets.clients) socket.terminate();
    for (const { socket } of this.#guests.values()) socket.destroy();
    await closed;
  }

  #entered(socket: Socket): void {
    const from = subscriberOf(socket.remoteAddress);
    const refusal = this.#door.enter(from, performance.now());
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return void socket.destroy();
    }
    const key = keyOf(socket);
    const names = [from];
    const who = Address.of(socket.remoteAddress ?? "", 1)?.host ?? "somewhere";
    const deadline = setTimeout(() => {
      this.#refuse("no request in time");
      socket.destroy();
    }, HANDSHAKE_TIMEOUT_MS).unref();
    this.#guests.set(key, { socket, names, who, deadline });
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(deadline);
      this.#guests.delete(key);
      this.#door.leave(...names);
    });
    this.#http.emit("connection", socket);
  }

  #asked(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on("error", () => {});
    const guest = this.#guests.get(keyOf(socket));
    if (guest === undefined) return void socket.destroy();
    if (pathOf(request.url) !== this.#listen.path) {
      this.#refuse("no WebSocket");
      return answer(socket, "404 Not Found");
    }
    const refusal = this.#forwarded(request, guest);
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return answer(socket, "503 Too Many");
    }
    this.#webSockets.handleUpgrade(request, socket, head, (open) => {
      clearTimeout(guest.deadline);
      const name = `WebSocket from ${guest.who}`;
      linkWebSocket({ socket: open, name, links: this.#links, isNamed: false, log: this.#log });
    });
  }

  /** Why it is one too many of whom a reverse proxy on this machine brings it from. */
  #forwarded({ headers }: IncomingMessage, guest: Guest): WebSocketRefusal | undefined {
    if (guest.names[0] !== "") return undefined;
    // The last one is what the nearest proxy saw itself.
    const last = String(headers["x-forwarded-for"] ?? "")
      .split(",")
      .at(-1)!
      .trim();
    const client = subscriberOf(last);
    if (client === "") return undefined;
    const refusal = this.#door.belongs(client, performance.now());
    if (refusal !== undefined) return refusal;
    guest.names.push(client);
    guest.who = last;
    return undefined;
  }

  /** What came is no request, or none for a WebSocket. */
  #senseless(socket: Socket): void {
    if (this.#guests.get(keyOf(socket))?.socket.destroyed === false) this.#refuse("no WebSocket");
    socket.destroy();
  }

  #refuse(why: WebSocketRefusal): void {
    this.#links.count(`WebSocket refused: ${why}`);
  }
}

function httpServer({ tls }: WebSocketListen): Server {
  const options = { maxHeaderSize: MAX_HEADER_BYTES };
  if (tls === undefined) return createServer(options);
  try {
    const [cert, key] = [readFileSync(tls.certificate), readFileSync(tls.key)];
    return createTlsServer({ ...options, cert, key });
  } catch (error) {
    throw new UserError(
      `the certificate for WebSockets cannot be used: ${messageOf(error)}`,
      "Name a certificate and the private key that belongs to it, both as files in PEM: --ws-cert FILE --ws-key FILE.",
    );
  }
}

async function listenAt(server: TcpServer, { host, port }: WebSocketListen): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      const done = (): void => {
        server.off("error", reject);
        resolve();
      };
      if (host === "") server.listen(port, done);
      else server.listen(port, host, done);
    });
  } catch (error) {
    const where = host === "" ? `port ${port}` : `${host}, port ${port}`;
    throw new UserError(
      `WebSockets cannot be taken at ${where} (${codeOf(error)})`,
      "Is it another program's? Ports below 1,024 need a privilege. Choose another: --ws PORT.",
      EXIT.failed,
    );
  }
}

function pathOf(url = ""): string {
  return url.split("?")[0]!;
}

/** Nobody's where a reverse proxy on this machine brings it. */
function subscriberOf(ip = ""): string {
  const address = Address.of(ip, 1);
  return address === undefined || scopeOf(address.ip) === "loopback" ? "" : subscriber(address);
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function answer(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
