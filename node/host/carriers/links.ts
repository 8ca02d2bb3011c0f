import type { Address } from "../../../wire/address.ts";
import { isLink, linkAddress } from "../../../wire/address-scope.ts";
import { FIRST_LINK, type Input } from "../../core/inputs.ts";
import { MAX_LINK_DATAGRAM_BYTES } from "../../net/transports.ts";
import type { LinkCounter, WebSocketEnding } from "./link-counters.ts";

/** What carries datagrams, besides UDP. */
export type CarrierKind = "websocket" | "pipe";

/** The host's half of a link: what carries datagrams to one peer. */
export interface Carrier {
  readonly kind: CarrierKind;
  /** Where it leads, for people: `wss://example.org/dispersy`, or `a pipe`. */
  readonly name: string;
  /** Bytes that were handed over and have not left. */
  readonly waiting: number;
  send(datagram: Uint8Array): void;
  /** Ends it: somebody else needs its place. */
  makeRoom?(): void;
}

/** What a carrier tells the engine by. */
export interface OpenLink {
  received(datagram: Uint8Array): void;
  closed(): void;
  /** Whether its other end takes part: of an overlay of ours, it has the ticket. */
  readonly isKnown: boolean;
}

/** An address as people read it: that of a link says where the link leads. */
export interface ShownAddress {
  address: string;
  via: "udp" | CarrierKind;
}

/** How a link is told to the engine. */
export type LinkTrust = Pick<Extract<Input, { kind: "link" }>, "isNamed" | "isHeard" | "overlays">;

/** With more waiting, what is sent is lost, as on any line that is too slow: its receiver asks more slowly then. */
export const MOST_WAITING_BYTES = 256 * 1024;
/** As many as a node has contacts, and some that come and go. */
export const MAX_LINKS = 256;
/** Whoever has connected takes part within a few round trips: who does not by then makes room where all is taken. */
const SETTLING_MS = 10_000;

interface Open {
  readonly carrier: Carrier;
  readonly address: Address;
  readonly sinceMs: number;
}

/** What links need of their node. */
export interface LinkPorts {
  input(input: Input): void;
  /** Whether whoever is at the address takes part. */
  isKnown(address: Address): boolean;
  now(): number;
}

/** All links of a node. Datagrams go to them as to sockets, by their numbers. */
export class Links {
  readonly counters = new Map<LinkCounter, number>();
  readonly #ports: LinkPorts;
  /** By number, the oldest first. BOUNDED: by MAX_LINKS. */
  readonly #open = new Map<number, Open>();
  #opened = 0;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  /** `how`: see the input `link`. Undefined when there are too many. */
  open(carrier: Carrier, how: LinkTrust): OpenLink | undefined {
    if (this.#open.size >= MAX_LINKS && !this.#makeRoom()) return undefined;
    const { input, isKnown, now } = this.#ports;
    const number = ++this.#opened;
    const via = FIRST_LINK + number;
    const address = linkAddress(number);
    this.#open.set(via, { carrier, address, sinceMs: now() });
    input({ kind: "link", via, address, budget: MAX_LINK_DATAGRAM_BYTES, ...how });
    return {
      received: (bytes) => {
        if (this.#open.has(via)) input({ kind: "datagram", from: address, via, bytes });
      },
      closed: () => this.#close(via),
      get isKnown() {
        return isKnown(address);
      },
    };
  }

  /** One that is closed loses what is sent. */
  send(via: number, datagram: Uint8Array): void {
    const carrier = this.#open.get(via)?.carrier;
    if (carrier === undefined) return;
    if (carrier.waiting <= MOST_WAITING_BYTES) carrier.send(datagram);
    else this.count("link: datagram lost, too much waits");
  }

  count(name: LinkCounter): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + 1);
  }

  ended(why: WebSocketEnding): void {
    this.count(`WebSocket ended: ${why}`);
  }

  /** The oldest of those that do not take part goes: connections cost whoever only has many of them nothing. */
  #makeRoom(): boolean {
    const settledMs = this.#ports.now() - SETTLING_MS;
    for (const [via, { carrier, address, sinceMs }] of this.#open) {
      if (sinceMs > settledMs) return false;
      if (carrier.makeRoom === undefined || this.#ports.isKnown(address)) continue;
      this.#close(via);
      carrier.makeRoom();
      return true;
    }
    return false;
  }

  #close(via: number): void {
    if (this.#open.delete(via)) this.#ports.input({ kind: "unlink", via });
  }

  shown(shown: Address): ShownAddress {
    if (!isLink(shown)) return { address: shown.key, via: "udp" };
    for (const { carrier, address } of this.#open.values()) {
      if (address.key === shown.key) return { address: carrier.name, via: carrier.kind };
    }
    // One that has just closed: the engine forgets it with its next step.
    return { address: "a link that is closed", via: "websocket" };
  }
}
