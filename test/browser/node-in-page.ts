import { parseTicket } from "../../wire/ticket.ts";
import type { Draft } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import { overlayId } from "../../wire/identity.ts";
import { textOf } from "../../wire/kinds/data-kind.ts";
import { PayloadKeys } from "../../wire/payload-keys.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { webSocketUrl } from "../../wire/websocket-place.ts";
import type { EngineEvent } from "../../node/core/effects.ts";
import { PROFILES } from "../../node/core/profile.ts";
import { Engine } from "../../node/engine/engine.ts";
import { type Carrier, Links, type OpenLink } from "../../node/host/carriers/links.ts";
import type { Log } from "../../node/host/log.ts";
import { Publisher } from "../../node/host/node/publisher.ts";
import { hostRandom } from "../../node/host/random.ts";
import { Driver } from "../../node/host/runtime/driver.ts";
import { readingEvent } from "../../node/host/store/bundle-lookup.ts";
import { MemoryStore } from "../../node/store/memory.ts";

/** As much of a browser's WebSocket as a link needs. */
interface PageWebSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  addEventListener(type: "open" | "close", listener: () => void): void;
  addEventListener(
    type: "message",
    listener: (message: { data: ArrayBuffer | string }) => void,
  ): void;
  send(datagram: Uint8Array): void;
}
declare const WebSocket: new (url: string) => PageWebSocket;

interface Joined {
  store: MemoryStore;
  payloads: PayloadKeys;
}

export interface PageListener {
  event: (event: EngineEvent) => void;
  /** The WebSocket to this place is gone, or never was. */
  closed: (url: string) => void;
}

/**
 * A node in a page: the engine, the loop around it and whatever else of the host needs nothing but a browser. Memory is
 * its store, and WebSockets to the places of its tickets are its only links.
 */
export class NodeInPage {
  readonly #links = new Links({
    input: (input) => this.#driver.input(input),
    // A page dials; nobody takes its places.
    isKnown: () => true,
    now: () => performance.now(),
  });
  readonly #publisher = new Publisher((input) => this.#driver.input(input));
  readonly #driver: Driver;
  readonly #listener: PageListener;
  /** By hexadecimal overlay id. BOUNDED: by what the page joins. */
  readonly #joined = new Map<string, Joined>();
  /** BOUNDED: by the places of the tickets. */
  readonly #dialled = new Set<string>();

  constructor(listener: PageListener, log: Log) {
    this.#listener = listener;
    const crypto = referenceCrypto;
    this.#driver = new Driver({
      engine: new Engine({ role: "node", crypto, random: hostRandom }),
      log,
      check: async (checks) =>
        checks.map(({ signature, message, publicKey }) =>
          crypto.verify(signature, message, publicKey),
        ),
      store: (overlay) => ({
        commit: async (commit) => this.#joined.get(overlay)!.store.apply(commit),
      }),
      links: this.#links,
      sockets: () => undefined,
      notify: (event) => this.#heard(event),
    });
  }

  /** Takes part with a new identity. Returns the overlay's hexadecimal id. */
  join(text: string): string {
    const ticket = parseTicket(text);
    if ("mistake" in ticket) throw new Error(ticket.mistake);
    const { overlay: key, secret: root, invitation, ws = [] } = ticket;
    const overlay = toHex(overlayId(referenceCrypto, key));
    const store = new MemoryStore();
    this.#joined.set(overlay, { store, payloads: new PayloadKeys(referenceCrypto, key, root) });
    const config = {
      key,
      memberSecret: hostRandom.bytes(32),
      ...(root && { root }),
      ...(invitation && { invitation }),
      seeds: [],
      remembered: [],
      profile: PROFILES.adaptive,
    };
    this.#driver.input({ kind: "join", overlay: config, store });
    for (const place of ws) this.#dial(webSocketUrl(place));
    return overlay;
  }

  /** Resolves once it is held here. */
  async put(overlay: string, text: string): Promise<void> {
    const draft: Draft = { content: { kind: "data", payload: utf8(text) } };
    await this.#publisher.publish(overlay, [draft]);
  }

  /** One binary message is one datagram, as in node/host/carriers/websocket.ts; pings are the browser's. */
  #dial(url: string): void {
    if (this.#dialled.has(url)) return;
    this.#dialled.add(url);
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    let link: OpenLink | undefined;
    const carrier: Carrier = {
      kind: "websocket",
      name: url,
      get waiting() {
        return socket.bufferedAmount;
      },
      send: (datagram) => socket.send(datagram),
    };
    socket.addEventListener("open", () => {
      link = this.#links.open(carrier, { isNamed: true });
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") link?.received(new Uint8Array(data));
    });
    socket.addEventListener("close", () => {
      link?.closed();
      this.#dialled.delete(url);
      this.#listener.closed(url);
    });
  }

  #heard(told: EngineEvent): void {
    const event = readingEvent(told, (overlay) => this.#joined.get(overlay)?.payloads);
    this.#publisher.heard(event);
    this.#listener.event(event);
  }
}

/** What somebody reads of an event that brings a text. */
export function textIn(event: EngineEvent): string | undefined {
  if (event.event !== "bundle") return undefined;
  const { content } = event.bundle.header;
  return content.kind === "data" ? textOf(content.payload) : undefined;
}
