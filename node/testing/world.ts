import { Engine } from "../engine/engine.ts";
import { ADAPTIVE, type Profile } from "../core/profile.ts";
import { SimLink, type SimLinkOptions } from "./sim-link.ts";
import { MemoryStore } from "../store/memory.ts";
import { Address } from "../../wire/address.ts";
import { fromHex, toHex, utf8 } from "../../wire/bytes.ts";
import type { Bundle, Content, Draft } from "../../wire/bundle.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { decode, type Decoded, overlayIdAt } from "../../wire/decode.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";
import { newSecretKey, overlayId } from "../../wire/identity.ts";
import { OVERLAY_ID_BYTES } from "../../wire/limits.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { Rejection } from "../../wire/rejection.ts";
import { listBundles, type Listing } from "../host/store/bundle-lookup.ts";
import { type IpKey, ipKey, publicHost, publicHost6, SIM_PORT } from "./addresses.ts";
import { VirtualClock } from "./clock.ts";
import { keyedHashCrypto } from "./crypto.ts";
import type { Endpoint, Lan } from "./endpoint.ts";
import { Firewall } from "./firewall.ts";
import { Insider } from "./insider.ts";
import type { Link } from "./link.ts";
import { NatDevice } from "./nat.ts";
import { NAT_KINDS, type NatBehaviour, type NatKind } from "./nat-kinds.ts";
import { Network, outsideIps } from "./network.ts";
import { cutBetween } from "./partition.ts";
import { answerPcp } from "./pcp-router.ts";
import { type EngineFactory, type Membership, SimNode, type WritableStore } from "./node.ts";
import { SeededRandom } from "./random.ts";

export interface WorldOptions {
  /** Worlds of one seed that are built alike do the same. */
  seed: string | number;
  /** What all paths do; a clean 25 ms by default. */
  link?: Partial<Link>;
  /** Links between two public addresses. */
  hops?: number;
  /** The stand-in scheme by default. */
  crypto?: Crypto;
  /** The real engine by default. */
  engine?: EngineFactory;
  verifyDelayMs?: number;
  commitDelayMs?: number;
}

/** An overlay's key pair and name. */
export interface OverlayKeys {
  secret: Uint8Array;
  key: Uint8Array;
  /** Hexadecimal overlay id. */
  id: string;
  /** What the members of a private overlay share; a public one has none. */
  root?: Uint8Array;
}

export interface HostOptions {
  name?: string;
  /** Behind a NAT device of its own; `open` by default. */
  nat?: NatKind | NatBehaviour;
  /** Behind a NAT device that it shares: see `addLan`. */
  lan?: Lan;
  /** Instead of the next free public address. */
  address?: Address;
  /** Besides, a public IPv6 address, with a firewall in front of it or not. */
  ipv6?: "open" | "firewalled";
  /** Sockets, on successive ports. */
  sockets?: number;
  /** The real engine, or the world's, by default. */
  engine?: EngineFactory;
  /** Whether it finds out of its own accord what its NAT does; by default no, which spares the others the work. */
  surveys?: boolean;
  /** Whether it finds others of its LAN by announcements, as a real host does; by default no. */
  announces?: boolean;
  /** Mappings that one of its searches may fill its NAT's table with; the engine's own by default. */
  maxFlows?: number;
  /** Where it says that it takes WebSockets: whoever hears of it may be linked to it. */
  webSocket?: WebSocketPlace;
  /** When the world starts it; at once by default. Infinity: never, somebody else calls `start`. */
  startMs?: number;
}

export interface NodeOptions extends HostOptions {
  overlay: OverlayKeys;
  /** Holds the overlay's secret key and publishes the policy `open` when the world starts it. */
  founder?: boolean;
  /** Where it begins. */
  seeds?: (Address | SimNode)[];
  profile?: Profile;
  store?: WritableStore;
}

/** How often `runUntil` looks, in virtual time. */
const LOOK_INTERVAL_MS = 100;

/** A network, its hosts and one virtual time for all of them. */
export class World {
  readonly clock = new VirtualClock();
  readonly network: Network;
  /** Nodes and trackers, in the order in which they were added. BOUNDED: by the scenario. */
  readonly hosts: SimNode[] = [];
  readonly crypto: Crypto;
  readonly #options: WorldOptions;
  /** By id: a bundle takes memory once, not once per node. BOUNDED: by what the nodes make. */
  readonly #bundles = new Map<string, WireBundle>();
  /** By overlay id. BOUNDED: by the overlays of the scenario. */
  readonly #insiders = new Map<string, Insider>();
  #publicHosts = 0;
  #ipv6Hosts = 0;
  #payloads = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.crypto = options.crypto ?? keyedHashCrypto();
    this.network = new Network(this.clock, options.seed, options.link);
    if (options.hops !== undefined) this.network.hops = options.hops;
  }

  /** Virtual monotonic milliseconds. */
  get now(): number {
    return this.clock.now;
  }

  /** The hosts that hold bundles. */
  get nodes(): SimNode[] {
    return this.hosts.filter(({ role }) => role === "node");
  }

  /** Somebody who has the overlay's ticket: makes and reads its datagrams. */
  insider({ id, key, root }: OverlayKeys, purpose = "insider"): Insider {
    const overlay = fromHex(id, OVERLAY_ID_BYTES)!;
    const random = this.random(`${purpose}/${id}`);
    return new Insider({ crypto: this.crypto, random, overlay, from: root ?? key });
  }

  /** What is in a datagram of an overlay of this world, sealed or not: for whoever watches the network. */
  decode(datagram: Uint8Array): Decoded | Rejection {
    const id = overlayIdAt(datagram);
    const insider = id && this.#insiders.get(toHex(id));
    return insider === undefined ? decode(datagram) : insider.decode(datagram);
  }

  /** New keys for an overlay: a private one, as everywhere, unless it is to be public. */
  overlay(options: { name?: string; public?: boolean } = {}): OverlayKeys {
    const { name = "overlay", public: isPublic = false } = options;
    const secret = newSecretKey(this.random(`overlay/${name}`));
    const key = this.crypto.publicKey(secret);
    const id = toHex(overlayId(this.crypto, key));
    return isPublic
      ? { secret, key, id }
      : { secret, key, id, root: newSecretKey(this.random(`root/${name}`)) };
  }

  /** A stream of its own for a purpose. */
  random(purpose: string): SeededRandom {
    return new SeededRandom(this.#options.seed, purpose);
  }

  /** A NAT device for several hosts, with public addresses or, behind another one, an address of its LAN. */
  addLan(
    nat: Exclude<NatKind, "open"> | NatBehaviour,
    { outer, addresses = 1 }: { outer?: Lan; addresses?: number } = {},
  ): Lan {
    const behaviour = typeof nat === "string" ? NAT_KINDS[nat] : nat;
    const hosts = Array.from(
      { length: addresses },
      () => outer?.nextHost() ?? this.#nextPublicHost(),
    );
    const device = new NatDevice(behaviour, hosts, this.random(`nat/${hosts[0]}`));
    const lan = this.network.addLan(device, outer);
    if (behaviour.portMapping) answerPcp(this.network, lan, this.clock);
    return lan;
  }

  addNode(options: NodeOptions): SimNode {
    const name = options.name ?? `node-${this.hosts.length}`;
    const { overlay, founder = false } = options;
    if (!this.#insiders.has(overlay.id)) this.#insiders.set(overlay.id, this.insider(overlay));
    const config: Membership["config"] = {
      key: overlay.key,
      memberSecret: newSecretKey(this.random(`member/${name}/${overlay.id}`)),
      ...(founder && { overlaySecret: overlay.secret }),
      ...(overlay.root && { root: overlay.root }),
      seeds: (options.seeds ?? []).map((at) => (at instanceof SimNode ? at.publicAddress : at)),
      remembered: [],
      profile: options.profile ?? ADAPTIVE,
    };
    const store = options.store ?? new MemoryStore(this.#bundles);
    return this.#addHost("node", name, options, [{ config, store }], founder);
  }

  addTracker(options: HostOptions = {}): SimNode {
    const name = options.name ?? `tracker-${this.hosts.length}`;
    return this.#addHost("tracker", name, options, [], false);
  }

  /** A link between two running nodes, beside UDP or instead of it: what a WebSocket or a pipe is. */
  link(a: SimNode, b: SimNode, options: SimLinkOptions = {}): SimLink {
    return new SimLink(this.clock, [a, b], options);
  }

  /** Lets everything happen up to and including `untilMs` of virtual time. */
  run(untilMs: number): void {
    this.clock.advance(untilMs);
  }

  /** Lets that much virtual time pass. */
  runFor(durationMs: number): void {
    this.run(this.now + durationMs);
  }

  /** Runs until `predicate` holds, looking ten times a virtual second, or `limitMs`; tells whether it held. */
  runUntil(predicate: () => boolean, limitMs: number): boolean {
    while (!predicate()) {
      if (this.now >= limitMs) return false;
      this.run(Math.min(this.now + LOOK_INTERVAL_MS, limitMs));
    }
    return true;
  }

  /** Publishes that many small bundles, or these payloads, at a node. Returns the event's reference. */
  publish(node: SimNode, what: number | Uint8Array[] = 1): number {
    const payloads =
      typeof what === "number"
        ? Array.from({ length: what }, () => utf8(`payload ${++this.#payloads}`))
        : what;
    return node.publish(payloads.map((payload): Draft => ({ content: { kind: "data", payload } })));
  }

  /**
   * Cuts hosts of different parts off from each other, both ways, until `heal` or the next partition. Hosts in no part
   * reach all. Throws a RangeError where hosts behind one NAT device would be in different parts.
   */
  partition(...parts: SimNode[][]): void {
    this.network.cut = cutBetween(parts.map((hosts) => hosts.flatMap(publicIps)));
  }

  /** Ends a partition. */
  heal(): void {
    this.network.cut = undefined;
  }

  /**
   * What a node holds in its first overlay, in the order of global times, the policy included unless `dataOnly`. What
   * is sealed is opened, where the node has the overlay's root.
   */
  bundles(node: SimNode, options: Listing = {}): Bundle[] {
    const { config, store } = node.memberships[0]!;
    const overlay = node.overlays[0]!;
    const payloads = node.payloads(overlay);
    const wallMs = (): number => node.instant.wall;
    const shelf = { overlay, key: config.key, store, payloads, wallMs };
    return [...listBundles(this.crypto, shelf, options)];
  }

  /** Bundles that a node holds in its first overlay, the policy included. */
  held(node: SimNode): number {
    const { index, aside } = node.memberships[0]?.store ?? {};
    return (index?.size ?? 0) + (aside?.size ?? 0);
  }

  /** Whether all nodes hold that many bundles, the policy included. */
  allHold(count: number): boolean {
    return this.nodes.every((node) => this.held(node) === count);
  }

  /** A hash of all deliveries until now. */
  digest(): string {
    return this.network.digest;
  }

  #addHost(
    role: SimNode["role"],
    name: string,
    options: HostOptions,
    memberships: Membership[],
    founder: boolean,
  ): SimNode {
    const node = new SimNode({
      name,
      role,
      seed: this.#options.seed,
      crypto: this.crypto,
      engine: options.engine ?? this.#options.engine ?? ((parts) => new Engine(parts)),
      clock: this.clock,
      network: this.network,
      endpoints: this.#bind(options),
      memberships,
      tuning: {
        surveys: options.surveys ?? false,
        ...(options.maxFlows !== undefined && { maxFlows: options.maxFlows }),
        ...(options.webSocket && { webSocket: options.webSocket }),
      },
      announces: options.announces ?? false,
      verifyDelayMs: this.#options.verifyDelayMs ?? 0,
      commitDelayMs: this.#options.commitDelayMs ?? 0,
    });
    this.hosts.push(node);
    this.#startLater(node, options.startMs ?? this.now, founder);
    return node;
  }

  #startLater(node: SimNode, startMs: number, founder: boolean): void {
    const start = (): void => {
      node.start();
      if (founder) node.publish([{ content: policyOf(node) }]);
    };
    if (startMs <= this.now) start();
    else if (startMs !== Infinity) this.clock.at(startMs, { fire: start });
  }

  #bind(options: HostOptions): Endpoint[] {
    return [...this.#bindFirst(options), ...this.#bindIpv6(options)];
  }

  #bindIpv6({ ipv6, sockets = 1 }: HostOptions): Endpoint[] {
    if (ipv6 === undefined) return [];
    const host = publicHost6(this.#ipv6Hosts++);
    const firewall = ipv6 === "open" ? undefined : new Firewall();
    return Array.from({ length: sockets }, (_, i) => {
      const endpoint = this.network.bind(Address.of(host, SIM_PORT + i)!);
      endpoint.firewall = firewall;
      return endpoint;
    });
  }

  #bindFirst({ nat = "open", lan, address, sockets = 1 }: HostOptions): Endpoint[] {
    const behind = lan ?? (nat === "open" ? undefined : this.addLan(nat));
    const host = behind?.nextHost() ?? address?.host ?? this.#nextPublicHost();
    const port = address?.port ?? SIM_PORT;
    return Array.from({ length: sockets }, (_, i) =>
      this.network.bind(Address.of(host, port + i)!, behind),
    );
  }

  #nextPublicHost(): string {
    return publicHost(this.#publicHosts++);
  }
}

/** Where the others see it: its own addresses, or those of its outermost NAT device. */
function publicIps({ endpoints }: SimNode): IpKey[] {
  return endpoints.flatMap(({ address, lan }) => {
    let outermost = lan;
    while (outermost?.outer !== undefined) outermost = outermost.outer;
    return outermost === undefined ? [ipKey(address)] : outsideIps(outermost.nat);
  });
}

function policyOf({ memberships }: SimNode): Content {
  const isPrivate = memberships[0]!.config.root !== undefined;
  return { kind: "policy", writers: "open", ...(isPrivate && { private: true }) };
}
