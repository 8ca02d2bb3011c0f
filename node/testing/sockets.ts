import type { Effect } from "../core/effects.ts";
import type { Input, LocalNetwork } from "../core/inputs.ts";
import { Address } from "../../wire/address.ts";
import type { Random } from "../../wire/crypto.ts";
import type { Endpoint, Receiver } from "./endpoint.ts";
import type { Network } from "./network.ts";

/** Linux's ip_local_port_range. */
const FIRST_EPHEMERAL_PORT = 32_768;
const EPHEMERAL_PORTS = 60_999 - FIRST_EPHEMERAL_PORT + 1;
/** As many as a real host opens for its node. */
const MAX_OPENED = 1_200;
/** A LAN and, for want of anything better known, the network of a public host, by address family. */
const PREFIX_BITS = { 4: 24, 6: 64 } as const;

export type OnDatagram = (from: Address, via: number, bytes: Uint8Array) => void;

/** What a host cannot do that has no file descriptors left. */
export interface SocketShortage {
  /** Its sockets are broken: what is sent vanishes. */
  sends: boolean;
  /** It cannot list its networks. */
  networks: boolean;
}

export interface SpareSocket {
  hear(receiver: Receiver): void;
  send(to: Address, bytes: Uint8Array): void;
  close(): void;
}

/** The sockets of a simulated node: those it has, whose places are their numbers, and those opened while it runs. */
export class SimSockets {
  readonly main: readonly Endpoint[];
  readonly #network: Network;
  readonly #random: Random;
  /** By number. BOUNDED: by MAX_OPENED. */
  readonly #opened = new Map<number, Endpoint>();
  #next: number;
  /** As long as it lasts, no further socket can be opened. */
  shortage: SocketShortage | undefined;
  #onDatagram: OnDatagram = () => {};
  readonly #announces: boolean;

  /** `announces`: its networks behind NAT devices count as LANs. */
  constructor(
    network: Network,
    main: readonly Endpoint[],
    random: Random,
    { announces = false }: { announces?: boolean } = {},
  ) {
    this.#announces = announces;
    this.#network = network;
    this.main = main;
    this.#random = random;
    this.#next = main.length;
  }

  listen(onDatagram: OnDatagram, onAnnouncement: Receiver): void {
    this.#onDatagram = onDatagram;
    this.main.forEach((endpoint, via) => this.#receive(endpoint, via));
    for (const { address, lan } of this.#announcing) {
      lan?.listeners.set(address.key, onAnnouncement);
    }
  }

  /** Sends to all in its LANs. */
  announce(bytes: Uint8Array): void {
    for (const endpoint of this.#announcing) this.#network.announce(endpoint, bytes);
  }

  /** One for each LAN: further ones are a tracker's second ports. */
  get #announcing(): Endpoint[] {
    const [first] = this.#announces ? this.main : [];
    return first?.lan === undefined ? [] : [first];
  }

  /** Undefined when it is closed, or never was opened. */
  at(via: number): Endpoint | undefined {
    return this.main[via] ?? this.#opened.get(via);
  }

  /** Sends; from a socket that was closed nothing, as on a real host. Throws when there never was one. */
  send({ via, to, bytes, ttl }: Extract<Effect, { kind: "send" }>): void {
    const endpoint = this.at(via);
    if (endpoint !== undefined && this.shortage?.sends === true) return;
    if (endpoint !== undefined) this.#network.send(endpoint, to, bytes, ttl);
    else if (via >= this.#next) throw new RangeError(`there never was a socket ${via}`);
  }

  /** Opens further sockets on ephemeral ports of the node's first address of the family, as many as it may. */
  open(family: 4 | 6, count: number): number[] {
    const beside = this.main.find(({ address }) => address.family === family);
    if (beside === undefined || this.shortage !== undefined) return [];
    const opened = Math.max(0, Math.min(count, MAX_OPENED - this.#opened.size));
    return Array.from({ length: opened }, () => {
      const via = this.#next++;
      const endpoint = this.#network.bind(this.#freeAddress(beside), beside.lan);
      endpoint.firewall = beside.firewall;
      this.#opened.set(via, endpoint);
      this.#receive(endpoint, via);
      return via;
    });
  }

  /** A socket that is no business of the engine's. */
  spare(): SpareSocket {
    const beside = this.main[0]!;
    const endpoint = this.#network.bind(this.#freeAddress(beside), beside.lan);
    return {
      hear: (receiver) => (endpoint.receiver = receiver),
      send: (to, bytes) => this.#network.send(endpoint, to, bytes),
      close: () => this.#network.unbind(endpoint),
    };
  }

  /** Those that are not open, or not opened while running, are left alone. */
  close(vias: readonly number[]): void {
    for (const via of vias) {
      const endpoint = this.#opened.get(via);
      if (endpoint === undefined) continue;
      this.#network.unbind(endpoint);
      this.#opened.delete(via);
    }
  }

  /** The process is gone. */
  end(): void {
    this.close([...this.#opened.keys()]);
    for (const { address, lan } of this.#announcing) lan?.listeners.delete(address.key);
    for (const endpoint of this.main) endpoint.receiver = undefined;
  }

  /** What the node's host knows of its networks. */
  networkInput(): Extract<Input, { kind: "network" }> {
    const networks = new Map<string, LocalNetwork>();
    const listed = this.shortage?.networks === true ? [] : this.main;
    for (const { address, lan } of listed) {
      const gateway = lan === undefined ? {} : { gateway: lan.gateway.ip };
      const prefixBits = PREFIX_BITS[address.family];
      const isLan = this.#announces && lan !== undefined ? { isLan: true } : {};
      networks.set(address.host, { ip: address.ip, prefixBits, ...gateway, ...isLan });
    }
    const ports = this.main.map(({ address: { family, port } }, via) => ({ via, family, port }));
    return { kind: "network", networks: [...networks.values()], ports };
  }

  #receive(endpoint: Endpoint, via: number): void {
    endpoint.receiver = (from, bytes) => this.#onDatagram(from, via, bytes);
  }

  #freeAddress({ address, lan }: Endpoint): Address {
    let free: Address;
    do {
      free = address.withPort(FIRST_EPHEMERAL_PORT + this.#random.below(EPHEMERAL_PORTS));
    } while (this.#network.isBound(free, lan));
    return free;
  }
}
