import { Address } from "../../wire/address.ts";
import { type IpKey, ipKey, isSpecial } from "./addresses.ts";
import type { Scheduled, VirtualClock } from "./clock.ts";
import { TraceDigest } from "../record/digest.ts";
import { Endpoint, Lan } from "./endpoint.ts";
import { corrupted, DEFAULT_LINK, delayOf, happens, type Link, loses, truncated } from "./link.ts";
import type { NatDevice } from "./nat.ts";
import type { Cut } from "./partition.ts";
import { SeededRandom } from "./random.ts";
import { count, type Fate, TrafficCounters } from "./traffic.ts";

/** Inside one home. Nothing is lost there. */
const LAN_LATENCY_MS = 0.5;
/** Links between two public addresses, unless a network says otherwise; each NAT device on the way is one more. */
const DEFAULT_HOPS = 8;
/** Linux's hop limit of a datagram. */
const DEFAULT_TTL = 64;

/** The link between two public addresses; a NAT device's hosts stand behind its outside address. */
export type LinkRule = (from: Address, to: Address) => Link;

/** A datagram under way. */
export interface Datagram {
  /** Source as the receiver sees it. */
  readonly from: Address;
  /** Destination as the sender wrote it. */
  readonly to: Address;
  readonly bytes: Uint8Array;
  readonly sender: Endpoint;
  readonly sentMs: number;
  /** Links it can still cross. */
  readonly ttl: number;
}

/** Told of every datagram when its fate is known; of each copy, when it was duplicated. */
export type DatagramListener = (datagram: Datagram, fate: Fate) => void;

/** What becomes of a datagram's bytes as it is sent: others, or undefined when it is lost. */
export type Tampering = (bytes: Uint8Array, from: Endpoint, to: Address) => Uint8Array | undefined;

/** The virtual Internet: addresses, paths, and what happens on the way. */
export class Network {
  readonly traffic = new TrafficCounters();
  /** May be replaced at any time; holds for datagrams sent from then on. */
  linkRule: LinkRule;
  /** Links between two public addresses: a datagram with a smaller hop limit dies on the way. */
  hops = DEFAULT_HOPS;
  /** Public IPs between which everything is lost; undefined: none. Holds for datagrams sent from then on. */
  cut: Cut | undefined;
  /** Takes mechanisms out of the protocol by what their datagrams say; applies inside a LAN as well. */
  tampering: Tampering = (bytes) => bytes;
  readonly #clock: VirtualClock;
  readonly #seed: string | number;
  readonly #digest = new TraceDigest();
  /** By address. BOUNDED: by the world's hosts. */
  readonly #endpoints = new Map<string, Endpoint>();
  /** By outside IP. BOUNDED: by the world's NAT devices. */
  readonly #lans = new Map<IpKey, Lan>();
  /** BOUNDED: by the observers of a test. */
  readonly #listeners: DatagramListener[] = [];
  #subnets = 0;

  constructor(clock: VirtualClock, seed: string | number, link: Partial<Link> = {}) {
    this.#clock = clock;
    this.#seed = seed;
    const everywhere = { ...DEFAULT_LINK, ...link };
    this.linkRule = () => everywhere;
  }

  /** A hash of all deliveries until now: time, addresses and bytes. */
  get digest(): string {
    return this.#digest.value;
  }

  onDatagram(listener: DatagramListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Puts a NAT device on the network, or into a LAN, where its address is one of that LAN's; its hosts have
   * 192.168.n.0/24 with n counted from 0 round to 255.
   */
  addLan(nat: NatDevice, outer?: Lan): Lan {
    const lan = new Lan(nat, this.#subnets++ % 256, outer);
    this.#route(lan, nat);
    return lan;
  }

  /** Whether a socket has this address, in the LAN or directly on the network. */
  isBound(address: Address, lan?: Lan): boolean {
    return (lan?.endpoints ?? this.#endpoints).has(address.key);
  }

  /** Binds a socket, in a LAN or directly on the network. */
  bind(address: Address, lan?: Lan): Endpoint {
    const endpoints = lan?.endpoints ?? this.#endpoints;
    if (endpoints.has(address.key)) throw new Error(`${address.key} is in use`);
    const place = lan === undefined ? "public" : lan.nat.host;
    const random = new SeededRandom(this.#seed, `link/${place}/${address.key}`);
    const endpoint = new Endpoint(address, lan, random);
    endpoints.set(address.key, endpoint);
    return endpoint;
  }

  /** Closes a socket: its address is free, and nothing is delivered to it any more. */
  unbind(endpoint: Endpoint): void {
    endpoint.receiver = undefined;
    (endpoint.lan?.endpoints ?? this.#endpoints).delete(endpoint.address.key);
  }

  /** Sends a datagram. Its bytes are not copied: neither side may change them. */
  send(sender: Endpoint, to: Address, written: Uint8Array, ttl = DEFAULT_TTL): void {
    count(sender.sent, written.length);
    this.traffic.countSent(to, written.length);
    const { lan } = sender;
    const sentMs = this.#clock.now;
    const neighbour = lan?.endpoints.get(to.key);
    const bytes = this.tampering(written, sender, to);
    const unmapped = { from: sender.address, to, bytes: bytes ?? written, sender, sentMs, ttl };
    if (bytes === undefined) return this.#end(unmapped, "lost");
    if (neighbour !== undefined) return this.#schedule(unmapped, LAN_LATENCY_MS, neighbour);
    if (isSpecial(to) && !this.#endpoints.has(to.key)) {
      if (this.#leadsInto(to, lan)) {
        return this.#schedule(this.#within(unmapped, ttl), LAN_LATENCY_MS);
      }
      if (lan?.outer === undefined) return this.#end(unmapped, "special");
    }
    if (lan === undefined) return this.#transmit(unmapped);
    this.#leave(unmapped, lan);
  }

  /** Sends to all in the sender's LAN who listen, itself among them, as a broadcast does. */
  announce(sender: Endpoint, bytes: Uint8Array): void {
    const { address, lan } = sender;
    if (lan === undefined) return;
    count(sender.sent, bytes.length);
    this.#clock.at(this.#clock.now + LAN_LATENCY_MS, {
      fire: () => {
        for (const hear of lan.listeners.values()) {
          this.#digest.number(this.#clock.now);
          this.#digest.bytes(bytes);
          hear(address, bytes);
        }
      },
    });
  }

  /** Takes a datagram out through the LAN's NAT device, and through those before it. */
  #leave(datagram: Datagram, lan: Lan): void {
    const { to, bytes, sender, sentMs, ttl } = datagram;
    const { nat, outer } = lan;
    if (to.family === 6) return this.#end(datagram, "unknown");
    if (ttl <= 1) return this.#end(datagram, "ttl-expired");
    const outside = nat.outgoing(datagram.from, to, sentMs);
    if (typeof outside === "string") return this.#end(datagram, outside);
    const mapped = { from: outside, to, bytes, sender, sentMs, ttl: ttl - 1 };
    if (nat.owns(to)) {
      if (!nat.behaviour.hairpin) return this.#end(mapped, "no-hairpin");
      // The device that it left is the one that it enters: one link.
      return this.#schedule(this.#within(mapped, ttl), 2 * LAN_LATENCY_MS);
    }
    if (outer === undefined) {
      const isLost = lan !== sender.lan && isSpecial(to);
      return isLost ? this.#end(mapped, "special") : this.#transmit(mapped);
    }
    const neighbour = outer.endpoints.get(to.key);
    if (neighbour !== undefined || this.#leadsInto(to, outer)) {
      return this.#schedule(this.#within(mapped, ttl - 1), LAN_LATENCY_MS, neighbour);
    }
    this.#leave(mapped, outer);
  }

  /** Whether the address is that of a NAT device which is a host of the LAN. */
  #leadsInto(to: Address, lan: Lan | undefined): boolean {
    return lan !== undefined && this.#lans.get(ipKey(to))?.outer === lan;
  }

  /** The datagram as if it had crossed the public links and could still cross `ttl`. */
  #within(datagram: Datagram, ttl: number): Datagram {
    return { ...datagram, ttl: ttl + this.hops - 1 };
  }

  /** Sends a datagram with a forged source, from a network that does not look at sources (against BCP 38). */
  spoof(sender: Endpoint, from: Address, to: Address, bytes: Uint8Array): void {
    count(sender.sent, bytes.length);
    this.traffic.countSent(to, bytes.length);
    const datagram = { from, to, bytes, sender, sentMs: this.#clock.now, ttl: DEFAULT_TTL };
    if (isSpecial(to)) this.#end(datagram, "special");
    else this.#transmit(datagram);
  }

  /** Gives a socket that is not behind a NAT another address; what is under way to the old one is lost. */
  move(endpoint: Endpoint, address: Address): void {
    if (endpoint.lan !== undefined) throw new Error("a host behind a NAT has its LAN's address");
    if (this.#endpoints.has(address.key)) throw new Error(`${address.key} is in use`);
    this.#endpoints.delete(endpoint.address.key);
    endpoint.address = address;
    this.#endpoints.set(address.key, endpoint);
  }

  /** Puts another NAT device, with another outside address, in the place of a LAN's: all mappings are gone. */
  renumber(lan: Lan, nat: NatDevice): void {
    const before = outsideIps(lan.nat);
    this.#route(lan, nat);
    for (const ip of before) this.#lans.delete(ip);
    lan.nat = nat;
  }

  #route(lan: Lan, nat: NatDevice): void {
    for (const ip of outsideIps(nat)) {
      if (this.#lans.has(ip)) throw new Error(`an address of ${nat.host} is in use`);
      this.#lans.set(ip, lan);
    }
  }

  #transmit(datagram: Datagram): void {
    const { random, firewall } = datagram.sender;
    firewall?.sent(datagram.from, datagram.to, datagram.sentMs);
    if (datagram.from.family !== datagram.to.family) return this.#end(datagram, "unknown");
    if (datagram.ttl < this.hops) return this.#end(datagram, "ttl-expired");
    if (this.#isCut(datagram)) return this.#end(datagram, "lost");
    const link = this.linkRule(datagram.from, datagram.to);
    const { bottleneck, mostBytes = Infinity } = link;
    if (datagram.bytes.length > mostBytes) return this.#end(datagram, "too-large");
    const passedMs = bottleneck ? bottleneck.pass(datagram.bytes.length, datagram.sentMs) : 0;
    if (passedMs === undefined) return this.#end(datagram, "queue-full");
    if (loses(link, random)) return this.#end(datagram, "lost");
    const copies = happens(link.duplication, random) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.#schedule(harmed(datagram, link), passedMs + delayOf(link, random));
    }
  }

  #isCut({ from, to }: Datagram): boolean {
    return this.cut !== undefined && this.cut(ipKey(from), ipKey(to));
  }

  #schedule(datagram: Datagram, delayMs: number, neighbour?: Endpoint): void {
    const arrival = new Arrival(datagram, neighbour, this.#arrive);
    this.#clock.at(datagram.sentMs + delayMs, arrival);
  }

  /** Asks the NAT device now, not when the datagram was sent: punctures may cross. */
  readonly #arrive = (datagram: Datagram, neighbour: Endpoint | undefined): void => {
    const { to, from, bytes } = datagram;
    let endpoint = neighbour ?? this.#endpoints.get(to.key);
    if (endpoint === undefined) {
      const found = this.#enter(datagram);
      if (typeof found === "string") return this.#end(datagram, found);
      endpoint = found;
    }
    if (endpoint?.firewall?.admits(from, to, this.#clock.now) === false) {
      return this.#end(datagram, "filtered");
    }
    if (endpoint?.receiver === undefined) return this.#end(datagram, "unknown");
    count(endpoint.received, bytes.length);
    this.#digest.number(this.#clock.now);
    this.#digest.bytes(from.bytes);
    this.#digest.bytes(endpoint.address.bytes);
    this.#digest.bytes(bytes);
    this.#end(datagram, "delivered");
    endpoint.receiver(from, bytes);
  };

  /** The socket behind a NAT device that the datagram goes to, through one device or several, or its fate. */
  #enter({ to, from, ttl }: Datagram): Endpoint | Fate {
    let destination = to;
    // It has crossed all public links but the last, which leads to the first device.
    for (let left = ttl - this.hops + 1; ; left--) {
      const lan = this.#lans.get(ipKey(destination));
      if (lan === undefined) return "unknown";
      const inside = lan.nat.incoming(destination, from, this.#clock.now);
      if (inside === undefined) return "filtered";
      if (left <= 1) return "ttl-expired";
      const endpoint = lan.endpoints.get(inside.key);
      if (endpoint !== undefined) return endpoint;
      destination = inside;
    }
  }

  #end(datagram: Datagram, fate: Fate): void {
    this.traffic.fates[fate]++;
    for (const listener of this.#listeners) listener(datagram, fate);
  }
}

/** Of all public addresses of a NAT device. */
export function outsideIps({ hosts }: NatDevice): IpKey[] {
  return hosts.map((host) => ipKey(Address.of(host, 1)!));
}

function harmed(datagram: Datagram, link: Link): Datagram {
  const { random } = datagram.sender;
  let { bytes } = datagram;
  if (happens(link.corruption, random)) bytes = corrupted(bytes, random);
  if (happens(link.truncation, random)) bytes = truncated(bytes, random);
  return bytes === datagram.bytes ? datagram : { ...datagram, bytes };
}

class Arrival implements Scheduled {
  readonly #datagram: Datagram;
  readonly #neighbour: Endpoint | undefined;
  readonly #arrive: (datagram: Datagram, neighbour: Endpoint | undefined) => void;

  constructor(
    datagram: Datagram,
    neighbour: Endpoint | undefined,
    arrive: (datagram: Datagram, neighbour: Endpoint | undefined) => void,
  ) {
    this.#datagram = datagram;
    this.#neighbour = neighbour;
    this.#arrive = arrive;
  }

  fire(): void {
    this.#arrive(this.#datagram, this.#neighbour);
  }
}
