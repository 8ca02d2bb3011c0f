import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { parseWebSocketListen } from "../../node/host/carriers/websocket-listen.ts";
import type { Node } from "../../node/index.ts";
import { ticketWith } from "../helpers/ticket.ts";
import type { Carrier, Line } from "./carrier.ts";
import { Loss } from "./loss.ts";

const PATH = "/dispersy";

/**
 * One node's WebSocket to another one, by way of a server between them, which may drop a message as a full line does.
 */
class WebSocketLine extends Loss implements Line {
  readonly #server = new WebSocketServer({ host: "127.0.0.1", port: 0, path: PATH });
  /** BOUNDED: by what is open. */
  readonly #open = new Set<WebSocket>();
  #isCut = false;

  async connect(from: Node, to: Node, ticket: string): Promise<this> {
    this.#server.on("connection", (client) => this.#pair(client, `ws://${from.webSockets}${PATH}`));
    await new Promise<void>((resolve) => this.#server.once("listening", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const ws = [{ host: "127.0.0.1", port, path: PATH, tls: false }];
    await to.join(ticketWith(ticket, { ws }));
    return this;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.terminate();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #pair(client: WebSocket, url: string): void {
    if (this.#isCut) return client.terminate();
    const onward = new WebSocket(url);
    const opened = new Promise<void>((resolve) => onward.once("open", resolve));
    const ends = [client, onward];
    ends.forEach((socket, at) => {
      const other = ends[1 - at]!;
      this.#open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#open.delete(socket);
        other.terminate();
      });
      socket.on("message", (data: Buffer) => {
        if (this.passes(data)) void opened.then(() => other.send(data, () => {}));
      });
    });
  }
}

export const WEBSOCKET: Carrier = {
  name: "WebSocket",
  options: { wsOnly: true, ws: { listen: parseWebSocketListen("127.0.0.1:0") } },
  connect: (from, to, ticket) => new WebSocketLine().connect(from, to, ticket),
};
