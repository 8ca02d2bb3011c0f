import { Address } from "../../wire/address.ts";
import { type IpKey, ipKey, isSpecial } from "./addresses.ts";
import type { Scheduled, VirtualClock } from "./clock.ts";
import { TraceDigest } from "./digest.ts";
import { Endpoint, Lan } from "./endpoint.ts";
import { corrupted, DEFAULT_LINK, delayOf, happens, type Link, truncated } from "./link.ts";
import type { NatDevice } from "./nat.ts";
import { SeededRandom } from "./random.ts";
import { count, type Fate, TrafficCounters } from "./traffic.ts";

/** Inside one home. Nothing is lost there. */
const LAN_LATENCY_MS = 0.5;

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

  /** Puts a NAT device on the network; its hosts have 192.168.n.0/24 with n counted from 0 round to 255. */
  addLan(nat: NatDevice): Lan {
    const lan = new Lan(nat, this.#lans.size % 256);
    this.#lans.set(ipKey(Address.of(nat.host, 1)!), lan);
    return lan;
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

  /** Sends a datagram. Its bytes are not copied: neither side may change them. */
  send(sender: Endpoint, to: Address, written: Uint8Array): void {
    count(sender.sent, written.length);
    this.traffic.countSent(to, written.length);
    const { lan } = sender;
    const sentMs = this.#clock.now;
    const neighbour = lan?.endpoints.get(to.key);
    const bytes = this.tampering(written, sender, to);
    const unmapped = { from: sender.address, to, bytes: bytes ?? written, sender, sentMs };
    if (bytes === undefined) return this.#end(unmapped, "lost");
    if (neighbour !== undefined) return this.#schedule(unmapped, LAN_LATENCY_MS, neighbour);
    if (isSpecial(to) && !this.#endpoints.has(to.key)) return this.#end(unmapped, "special");
    if (lan === undefined) return this.#transmit(unmapped);
    const from = to.family === 4 ? lan.nat.outgoing(sender.address, to, sentMs) : undefined;
    if (from === undefined) return this.#end(unmapped, to.family === 4 ? "nat-full" : "unknown");
    const mapped = { from, to, bytes, sender, sentMs };
    if (ipKey(to) !== ipKey(from)) return this.#transmit(mapped);
    if (!lan.nat.behaviour.hairpin) return this.#end(mapped, "no-hairpin");
    this.#schedule(mapped, 2 * LAN_LATENCY_MS);
  }

  /** Sends a datagram with a forged source, from a network that does not look at sources (against BCP 38). */
  spoof(sender: Endpoint, from: Address, to: Address, bytes: Uint8Array): void {
    count(sender.sent, bytes.length);
    this.traffic.countSent(to, bytes.length);
    const datagram = { from, to, bytes, sender, sentMs: this.#clock.now };
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
    const outside = ipKey(Address.of(nat.host, 1)!);
    if (this.#lans.has(outside)) throw new Error(`${nat.host} is in use`);
    this.#lans.delete(ipKey(Address.of(lan.nat.host, 1)!));
    lan.nat = nat;
    this.#lans.set(outside, lan);
  }

  #transmit(datagram: Datagram): void {
    const { random } = datagram.sender;
    if (datagram.from.family !== datagram.to.family) return this.#end(datagram, "unknown");
    const link = this.linkRule(datagram.from, datagram.to);
    if (happens(link.loss, random)) return this.#end(datagram, "lost");
    const copies = happens(link.duplication, random) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.#schedule(harmed(datagram, link), delayOf(link, random));
    }
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
      const lan = this.#lans.get(ipKey(to));
      if (lan === undefined) return this.#end(datagram, "unknown");
      const inside = lan.nat.incoming(to, from, this.#clock.now);
      if (inside === undefined) return this.#end(datagram, "filtered");
      endpoint = lan.endpoints.get(inside.key);
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

  #end(datagram: Datagram, fate: Fate): void {
    this.traffic.fates[fate]++;
    for (const listener of this.#listeners) listener(datagram, fate);
  }
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
