import type { Endpoint, Lan } from "../../../node/testing/endpoint.ts";
import type { NatBehaviour } from "../../../node/testing/nat-kinds.ts";
import { Fixture } from "./fixture.ts";

/**
 * Three observers on different networks, two ports each: what RFC 5780 needs, and one that is never contacted first.
 */
const OBSERVERS = ["20.0.0.1", "30.0.0.1", "40.0.0.1"] as const;
const OBSERVER_PORTS = [1_000, 2_000] as const;
const WAN = "5.9.0.1";
const SOCKETS = 24;

export type Dependence =
  "endpoint-independent" | "address-dependent" | "address-and-port-dependent";

/** What a device was seen to do, in RFC 4787's words. */
export interface Observed {
  udp: boolean;
  mapping: Dependence | undefined;
  filtering: Dependence | undefined;
  /** The ports of new mappings, in the order in which they were made, of sockets on ports 40,000, 40,100, ... */
  ports: number[];
}

/** Finds out from outside and inside what a device does, by sending and looking alone. */
export class Prober {
  readonly net: Fixture;
  readonly lan: Lan;
  /** By address. BOUNDED: by OBSERVERS and their ports. */
  readonly #observers = new Map<string, Endpoint>();

  constructor(behaviour: NatBehaviour, seed: number, outer?: NatBehaviour) {
    this.net = new Fixture({}, seed);
    const around = outer && this.net.lan(outer, WAN);
    this.lan = this.net.lan(behaviour, around?.nextHost() ?? WAN, around);
    for (const host of OBSERVERS) {
      for (const port of OBSERVER_PORTS) {
        this.#observers.set(`${host}:${port}`, this.net.host(`${host}:${port}`));
      }
    }
  }

  observe(): Observed {
    const mapping = this.#mapping();
    if (mapping === undefined) {
      return { udp: false, mapping, filtering: undefined, ports: [] };
    }
    return { udp: true, mapping, filtering: this.#filtering(), ports: this.ports() };
  }

  /** The outside ports of a fresh socket towards one observer's first port, one after the other. */
  ports(sockets = SOCKETS): number[] {
    const host = this.lan.nextHost();
    return Array.from({ length: sockets }, (_, i) => {
      const socket = this.net.host(`${host}:${40_000 + 100 * i}`, this.lan);
      this.net.send(socket, `${OBSERVERS[0]}:${OBSERVER_PORTS[0]}`);
      return portOf(this.net.settle()[0]!.from);
    });
  }

  #mapping(): Dependence | undefined {
    const socket = this.net.host(`${this.lan.nextHost()}:7000`, this.lan);
    const seen = new Map<string, string>();
    for (const host of OBSERVERS) {
      for (const port of OBSERVER_PORTS) {
        this.net.send(socket, `${host}:${port}`);
        const [arrived] = this.net.settle();
        if (arrived !== undefined) seen.set(`${host}:${port}`, arrived.from);
      }
    }
    if (seen.size === 0) return undefined;
    const different = new Set(seen.values()).size;
    if (different === 1) return "endpoint-independent";
    const isByHost = OBSERVERS.every(
      (host) => seen.get(`${host}:1000`) === seen.get(`${host}:2000`),
    );
    if (isByHost && different === OBSERVERS.length) return "address-dependent";
    return different === seen.size ? "address-and-port-dependent" : undefined;
  }

  /** Contacts one port of one observer; then the same host's other port, and another host, try to reach the socket. */
  #filtering(): Dependence {
    const socket = this.net.host(`${this.lan.nextHost()}:7000`, this.lan);
    const [contacted, stranger] = OBSERVERS;
    this.net.send(socket, `${contacted}:1000`);
    const outside = this.net.settle()[0]!.from;
    if (this.#reaches(`${stranger}:1000`, outside)) return "endpoint-independent";
    if (this.#reaches(`${contacted}:2000`, outside)) return "address-dependent";
    return "address-and-port-dependent";
  }

  #reaches(from: string, outside: string): boolean {
    this.net.send(this.#observers.get(from)!, outside);
    return this.net.settle().some(({ from: source }) => source === from);
  }
}

function portOf(address: string): number {
  return Number(address.split(":")[1]);
}
