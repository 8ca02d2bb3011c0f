import type { WebSocket } from "ws";
import { MAX_LINK_DATAGRAM_BYTES } from "../../net/transports.ts";
import type { Log } from "../log.ts";
import { Allowance } from "./allowance.ts";
import type { WebSocketEnding } from "./link-counters.ts";
import { type Carrier, type Links, MOST_WAITING_BYTES, type OpenLink } from "./links.ts";

/** What both ends ask of `ws`. */
export const WEBSOCKET_OPTIONS = {
  maxPayload: MAX_LINK_DATAGRAM_BYTES,
  /** What is sealed does not get smaller, and a few bytes may unpack to many. */
  perMessageDeflate: false,
  /** Nobody needs to divide 16 KiB further; each part costs memory until the last one has come. */
  maxFragments: 64,
  /** Chunks of a message that has not come whole. */
  maxBufferedChunks: 1_024,
  /** One event of a connection in each turn of the event loop: UDP and all others have their turns in between. */
  allowSynchronousEvents: false,
  /** Pongs are ours to send, for who reads them. */
  autoPong: false,
} as const;

/** A proxy or a NAT on the way forgets a connection that says nothing, often after 60 s. */
const PING_INTERVAL_MS = 25_000;
/** Our last word leaves within that, if at all; what still comes is not read. */
const FAREWELL_MS = 1_000;
/** The standard's codes (RFC 6455 section 7.4.1, IANA's registry). */
export const CLOSE = { unsupportedData: 1003, policyViolation: 1008, tryAgainLater: 1013 } as const;

export interface WebSocketLinkOptions {
  socket: WebSocket;
  /** For people: whom it connects with. */
  name: string;
  links: Links;
  /** Whether we dialled, since our user named the other end. */
  isNamed: boolean;
  /** Whether we dialled, but only heard of it. */
  isHeard?: boolean;
  overlays?: string[];
  log: Log;
}

/** Has an open WebSocket carry datagrams, one binary message each, until it closes. `closed` is called then. */
export function linkWebSocket(options: WebSocketLinkOptions, closed: () => void = () => {}): void {
  new WebSocketLink(options, closed).open();
}

class WebSocketLink {
  readonly #options: WebSocketLinkOptions;
  readonly #closed: () => void;
  readonly #allowance = new Allowance(performance.now());
  #link: OpenLink | undefined;
  #isAlive = true;
  #isEnding = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: WebSocketLinkOptions, closed: () => void) {
    this.#options = options;
    this.#closed = closed;
  }

  open(): void {
    const { socket, name, links, isNamed, isHeard = false, overlays, log } = this.#options;
    socket.on("message", (data, isBinary) => {
      if (isBinary) this.#came(() => this.#link?.received(data as Buffer));
      else this.#end("no datagrams", CLOSE.unsupportedData);
    });
    socket.on("ping", (data) => this.#came(() => this.#pong(data)));
    socket.on("pong", () => this.#came(() => {}));
    socket.on("error", (error) => {
      log.debug("a WebSocket failed", { name, reason: error.message });
      // What breaks the rules of WebSockets is told so by now.
      this.#end("no datagrams");
    });
    socket.on("close", () => {
      clearInterval(this.#heartbeat);
      clearTimeout(this.#pause);
      this.#link?.closed();
      this.#closed();
    });
    this.#heartbeat = setInterval(() => this.#beat(), PING_INTERVAL_MS).unref();
    this.#link = links.open(this.#carrier(), {
      isNamed,
      ...(isHeard && { isHeard }),
      ...(overlays && { overlays }),
    });
    if (this.#link === undefined) this.#end("too many links", CLOSE.tryAgainLater);
  }

  #carrier(): Carrier {
    const { socket, name, isNamed, isHeard = false } = this.#options;
    return {
      kind: "websocket",
      name,
      get waiting() {
        return socket.bufferedAmount;
      },
      send: (datagram) => socket.send(datagram, { binary: true }, () => {}),
      // Whom we dialled is no stranger who took a place.
      ...(!isNamed && !isHeard && { makeRoom: () => this.#end("makes room", CLOSE.tryAgainLater) }),
    };
  }

  /** Something came, and is dealt with unless it is part of a flood. */
  #came(deal: () => void): void {
    if (this.#isEnding) return;
    this.#isAlive = true;
    const pauseMs = this.#allowance.spend(performance.now(), () => this.#link?.isKnown === true);
    if (pauseMs === Infinity) return this.#end("flood", CLOSE.policyViolation);
    if (pauseMs > 0) this.#rest(pauseMs);
    deal();
  }

  #rest(ms: number): void {
    const { socket } = this.#options;
    socket.pause();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => socket.resume(), ms).unref();
  }

  #pong(data: Buffer): void {
    const { socket } = this.#options;
    if (socket.bufferedAmount > MOST_WAITING_BYTES) return this.#end("does not read");
    socket.pong(data, undefined, () => {});
  }

  #beat(): void {
    if (!this.#isAlive) return this.#end("no answer");
    this.#isAlive = false;
    this.#options.socket.ping();
  }

  /** Says why, to whoever still listens, and reads nothing more. */
  #end(why: WebSocketEnding, code?: number): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const { socket, links } = this.#options;
    links.ended(why);
    clearTimeout(this.#pause);
    if (code === undefined) return socket.terminate();
    socket.close(code);
    socket.pause();
    setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
  }
}
