import { ELIGIBLE_DELAY_MS } from "../../candidates/constants.ts";
import { Validation } from "../../candidates/validation.ts";
import { isInside, type LocalNetwork } from "../../nat/network.ts";
import { BurstBudget } from "../../nat/burst-budget.ts";
import { Outcomes } from "../../nat/outcomes.ts";
import { FilterProbe } from "../../nat/filter-probe.ts";
import { UnsolicitedBudget } from "../../nat/unsolicited.ts";
import { AddressVotes, MAX_GROUPS } from "../../nat/votes.ts";
import { summarise } from "../../nat/summary.ts";
import { Address } from "../../wire/address.ts";
import { equalBytes, toHex } from "../../wire/bytes.ts";
import { DEFAULT_DATAGRAM_BYTES, NO_OVERLAY } from "../../wire/limits.ts";
import type { NatSummary } from "../../wire/message.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";
import { isLink, scopeOf } from "../../wire/address-scope.ts";
import type { Context } from "../core/context.ts";
import type { Port } from "../core/inputs.ts";
import type { MaxRate } from "../core/max-rate.ts";
import { Paths } from "./paths.ts";
import { ExtraSockets } from "./extra-sockets.ts";
import { Instance } from "./instance.ts";
import { Outbox } from "./outbox.ts";
import { Scope, type ScopeParts } from "./scope.ts";
import { Transports } from "./transports.ts";
import { WorkBudget } from "./work.ts";
import { PunctureLimit } from "./puncture-limit.ts";

/** Peers whose validation is remembered: a busy tracker's day of visitors. */
const MAX_VALIDATED_PEERS = 65_536;
const MAX_SELF_ADDRESSES = 64;
/** Addresses of ours that only strangers speak of: some of them may be right, and a ticket is to be passed on. */
const MAX_POSSIBLE_ADDRESSES = 2;
/** Every message carries the summary, and a tracker sends thousands in a second. */
const SUMMARY_LIFETIME_MS = 1_000;
/** What is not known yet may be with the next answer, and who is told of it goes by it: 50 times a second at most. */
const UNKNOWN_LIFETIME_MS = 20;

type Learned = Omit<NatSummary, "mapping" | "mappedPort">;

/** What our NAT is to those who meet us at a mapped port: one port for all, open to everybody. */
const MAPPED_NAT = {
  mapping: "endpoint-independent",
  filtering: "endpoint-independent",
} as const;

/** What all overlays of a node share because they share its sockets: who is validated, our addresses, our NAT. */
export class NetState {
  readonly validation: Validation;
  readonly votes = new AddressVotes();
  readonly unsolicited: UnsolicitedBudget;
  readonly bursts = new BurstBudget();
  readonly work = new WorkBudget();
  readonly punctureLimit = new PunctureLimit();
  readonly outcomes = new Outcomes();
  readonly sockets: ExtraSockets;
  readonly transports: Transports;
  readonly outbox: Outbox;
  readonly paths: Paths;
  /** Of what belongs to no overlay. */
  readonly noOverlay: Scope;
  /** Mappings that one search may fill our own NAT's table with at a time. */
  readonly maxFlows: number;
  /** Where we take WebSockets, as others are to be told. */
  readonly webSocket: WebSocketPlace | undefined;
  readonly #ctx: Context;
  #networks: LocalNetwork[] = [];
  #lanPlaces: readonly Address[] = [];
  /** Our address inside our own network, by family, as far as it was asked for. BOUNDED: by the two. */
  readonly #lanAddresses = new Map<4 | 6, Address | undefined>();
  /** BOUNDED: by the two families. */
  readonly #summaries = new Map<4 | 6, { summary: NatSummary; atMs: number }>();
  /** What tests showed and votes cannot. BOUNDED: by the two families. */
  readonly #learned = new Map<4 | 6, Learned>();
  #keepAliveMs: number | undefined;
  readonly #strangers = new FilterProbe();
  /** Families in which strangers reached our main socket. BOUNDED: by the two. */
  readonly #isOpen = new Set<4 | 6>();
  #ports: Port[] = [];
  /** What routers forward to sockets of ours, by `via`. BOUNDED: by the main sockets. */
  readonly #mapped = new Map<number, Address>();
  /** Addresses where we met ourselves. BOUNDED: by MAX_SELF_ADDRESSES. */
  readonly #selves = new Set<string>();
  /**
   * Whom the user named: what they see outweighs all that strangers see. BOUNDED: by the user's tickets and trackers.
   */
  readonly #named = new Set<string>();

  constructor(
    ctx: Context,
    {
      maxFlows,
      maxRate,
      webSocket,
    }: { maxFlows: number; maxRate: MaxRate; webSocket?: WebSocketPlace },
  ) {
    this.#ctx = ctx;
    this.maxFlows = maxFlows;
    this.webSocket = webSocket;
    const { crypto, random } = ctx;
    this.validation = new Validation({ crypto, random, maxPeers: MAX_VALIDATED_PEERS });
    this.unsolicited = new UnsolicitedBudget(this.isOwnNetwork);
    this.sockets = new ExtraSockets(ctx);
    this.transports = new Transports(ctx.datagramBytes);
    this.outbox = new Outbox(ctx, maxRate.up);
    this.paths = new Paths(maxRate.down ?? Infinity);
    this.noOverlay = this.scope(NO_OVERLAY, { instance: new Instance(ctx) });
  }

  /** Bytes of a datagram from there that arrives here, at most; undefined where others need not know. */
  mostFrom(peer: Address): number | undefined {
    if (this.transports.linkTo(peer) !== undefined) return undefined;
    const found = this.paths.known(peer)?.fromPeer.limit ?? Infinity;
    // Whoever chose a small budget knows a reason, which holds for what comes as well.
    const { datagramBytes } = this.#ctx;
    const chosen = datagramBytes < DEFAULT_DATAGRAM_BYTES ? datagramBytes : Infinity;
    const bytes = Math.min(found, chosen);
    return bytes === Infinity ? undefined : bytes;
  }

  /** The envelope of an overlay's datagrams; `id`: 20 bytes, kept. */
  scope(id: Uint8Array, who: Pick<ScopeParts, "instance" | "carry">): Scope {
    const { outbox, transports, paths } = this;
    const isTracker = (address: Address): boolean => this.isTracker(address);
    return new Scope({ ctx: this.#ctx, outbox, transports, paths, id, isTracker, ...who });
  }

  /**
   * New networks or ports. Returns whether what we send takes another way than before: what was observed of the old one
   * says nothing then. A bridge that a container brings changes no way.
   */
  setNetworks(networks: LocalNetwork[], ports: Port[]): boolean {
    const before = waysOut(this.#networks, this.#ports);
    this.#networks = networks;
    this.#ports = ports;
    this.transports.set(ports);
    this.#lanAddresses.clear();
    const lans = networks.filter(({ isLan }) => isLan === true);
    this.#lanPlaces = lans.flatMap(({ ip }) => {
      const port = this.mainPort(ip.length === 4 ? 4 : 6);
      return (port === undefined ? undefined : withPort(ip, port)) ?? [];
    });
    const hasMoved = waysOut(networks, ports) !== before;
    if (hasMoved) this.forget();
    return hasMoved;
  }

  forget(): void {
    this.#summaries.clear();
    this.#learned.clear();
    this.#keepAliveMs = undefined;
    this.#strangers.restart(this.#ctx.now);
    this.#isOpen.clear();
    this.votes.clear();
    this.paths.clear();
    this.bursts.forgive();
    this.#selves.clear();
  }

  get networks(): readonly LocalNetwork[] {
    return this.#networks;
  }

  /** Whether the IP is one of this machine's own. */
  isOwnIp = (ip: Uint8Array): boolean => this.#networks.some((net) => equalBytes(net.ip, ip));

  /** Whether the IP lies in one of our own subnets. */
  isOwnNetwork = (ip: Uint8Array): boolean => {
    return this.#networks.some((net) => isInside(net, ip));
  };

  /** Whether machines around us are there, to which we announce ourselves. */
  isLan = (ip: Uint8Array): boolean => {
    return this.#networks.some((net) => net.isLan === true && isInside(net, ip));
  };

  /** Where we are in our LANs. BOUNDED: by the addresses of this machine. */
  get lanPlaces(): readonly Address[] {
    return this.#lanPlaces;
  }

  /** The main socket of a family: everything but answers leaves by it. */
  mainSocket(family: 4 | 6): number {
    return this.#ports.find((port) => port.family === family)?.via ?? 0;
  }

  /** What the first datagram to an address leaves by. */
  socketTo(address: Address): number {
    return this.transports.linkTo(address) ?? this.mainSocket(address.family);
  }

  mainPort(family: 4 | 6): number | undefined {
    return this.#ports.find((port) => port.family === family)?.port;
  }

  /** Another bound socket of the family: an observer has one. */
  otherSocket(family: 4 | 6, via: number): number | undefined {
    return this.#ports.find((port) => port.family === family && port.via !== via)?.via;
  }

  isMainSocket(via: number): boolean {
    return this.#ports.some((port) => port.via === via);
  }

  /**
   * Whether the address's holder proved itself, or others vouch for it and a search for it is under way,
   * nat/attempt.ts.
   */
  isProven(address: Address, now: number): boolean {
    return this.validation.isValidated(address, now) || this.bursts.isTarget(address);
  }

  /** Our address inside our own network, to be named to those who may share it. */
  lanAddress(family: 4 | 6): Address | undefined {
    if (!this.#lanAddresses.has(family)) {
      this.#lanAddresses.set(family, this.#findLanAddress(family));
    }
    return this.#lanAddresses.get(family);
  }

  #findLanAddress(family: 4 | 6): Address | undefined {
    const port = this.#ports.find((candidate) => candidate.family === family)?.port;
    if (port === undefined) return undefined;
    const ip = this.#networks
      .map((net) => net.ip)
      .find((own) => own.length === (family === 4 ? 4 : 16) && scopeOf(own) === "private");
    return ip === undefined ? undefined : withPort(ip, port);
  }

  /** The user named it, in a ticket or as a tracker. */
  name(address: Address): void {
    this.#named.add(address.key);
  }

  /** Whether the user named it, in whichever overlay. */
  isNamed(address: Address): boolean {
    return this.#named.has(address.key);
  }

  /** Whether the user named it, and it answered as one: anybody else could say so, to be asked in clear. */
  isTracker(address: Address): boolean {
    return this.isNamed(address) && this.validation.isTracker(address);
  }

  /** Where we most likely are, see nat/votes.ts; while nobody says, the address that a router mapped for us. */
  publicAddress(family: 4 | 6): Address | undefined {
    return this.votes.winner(family, this.#ctx.now) ?? this.mappedAddress(family);
  }

  /** Whether it is not only strangers who say so: somebody whom the user named, our own interface, or our router. */
  isConfirmed(address: Address): boolean {
    return (
      this.votes.isNamed(address) ||
      this.isOwnIp(address.ip) ||
      this.mappedAddress(address.family)?.host === address.host
    );
  }

  /** Addresses where only strangers see us, the most likely first. At most MAX_POSSIBLE_ADDRESSES and one. */
  possibleAddresses(family: 4 | 6): Address[] {
    const own = this.publicAddress(family);
    const others = this.votes.others(family, this.#ctx.now, MAX_POSSIBLE_ADDRESSES);
    return [own, ...others].flatMap((address) => {
      return address === undefined || this.isConfirmed(address) ? [] : address;
    });
  }

  /** Where a router forwards from to our main socket: whoever sends there reaches us. */
  mappedAddress(family: 4 | 6): Address | undefined {
    const mapped = this.#mapped.get(this.mainSocket(family));
    return mapped?.family === family ? mapped : undefined;
  }

  /** To be told to others, who know our IP as they see it: 0 unless the mapped one is the same. */
  #mappedPort(family: 4 | 6): number {
    const mapped = this.mappedAddress(family);
    const own = this.publicAddress(family);
    if (mapped === undefined || own === undefined) return 0;
    if (own.host === mapped.host) return mapped.port;
    if (this.votes.isNamed(own)) return 0;
    // FilterProbe differ: those who see us elsewhere cannot make us leave out what others see as well.
    const others = this.votes.others(family, this.#ctx.now, MAX_GROUPS);
    return others.some(({ host }) => host === mapped.host) ? mapped.port : 0;
  }

  setMapped(via: number, address: Address | undefined): void {
    if (address === undefined) this.#mapped.delete(via);
    else this.#mapped.set(via, address);
    this.#summaries.clear();
  }

  /** The end of an input: what nobody confirmed in time is forgotten. */
  settle(): void {
    this.votes.expire(this.#ctx.now);
  }

  /** What our NAT does, as far as the votes of the last moment show. */
  nat(family: 4 | 6): NatSummary {
    const { now } = this.#ctx;
    const known = this.#summaries.get(family);
    if (known !== undefined && now - known.atMs < lifetimeOf(known.summary)) return known.summary;
    const summary = this.describeNat(family);
    this.#summaries.set(family, { summary, atMs: now });
    return summary;
  }

  /** The same, put together anew. */
  describeNat(family: 4 | 6): NatSummary {
    const voted = summarise(this.votes, this.isOwnIp, family, this.#ctx.now);
    const summary = { ...voted, ...this.#learned.get(family) };
    // Where the port depends on the remote, it is another one that strangers came to.
    const isOnePort = summary.mapping === "none" || summary.mapping === "endpoint-independent";
    if (isOnePort && this.#isOpen.has(family)) summary.filtering = "endpoint-independent";
    if (summary.mapping === "none" && summary.filtering === "endpoint-independent") {
      summary.filtering = "none";
    }
    const mappedPort = this.#mappedPort(family);
    return mappedPort === 0 ? summary : { ...summary, ...MAPPED_NAT, mappedPort };
  }

  /** The walk visits everybody about twice a minute anyway; sooner, where bindings live less long than that. */
  get visitDelayMs(): number {
    return Math.min(ELIGIBLE_DELAY_MS, this.#keepAliveMs ?? Infinity);
  }

  /** A test showed how often to send so that a binding lives. */
  keepAlive(ms: number): void {
    this.#keepAliveMs = ms;
  }

  /** We sent to an address. */
  sent(to: Address): void {
    this.#strangers.sent(to);
  }

  /** A message of ours came to a socket: perhaps from somebody whom only an open filter lets in. */
  reached(from: Address, via: number): void {
    const own = this.publicAddress(from.family);
    if (!this.isMainSocket(via) || !this.#strangers.isEvidence(from, own, this.#ctx.now)) return;
    this.#isOpen.add(from.family);
  }

  /** Tests showed what our NAT lets in and how it assigns ports. */
  learned(family: 4 | 6, learned: Learned): void {
    this.#learned.set(family, learned);
    this.#summaries.delete(family);
  }

  /** A validated peer says how it sees us; one that the user named may do so by another port of it. */
  seenAs(voter: Address, seen: Address, via: number, isNamed = this.isNamed(voter)): void {
    const { family } = seen;
    // By a link nobody sees where we are.
    if (voter.family !== family || isLink(voter)) return;
    const before = this.publicAddress(family);
    // Nearly everybody confirms what is known, of which the text need not be made again.
    const isKnown = before !== undefined && equalBytes(before.bytes, seen.bytes);
    this.votes.vote(voter, isKnown ? before : seen, via, this.#ctx.now, isNamed);
    const address = this.publicAddress(family);
    if (address?.key === before?.key) return;
    // A request that follows at once tells more than one of a moment ago.
    this.#summaries.delete(family);
    this.#ctx.notify({ event: "address", address, family });
  }

  /** We met our own instance at this address. */
  meetSelf(address: Address): void {
    if (this.#selves.size < MAX_SELF_ADDRESSES) this.#selves.add(address.key);
  }

  /**
   * Whether we were met there, or are bound or mapped to it. Not where others see us: they could name anybody's
   * address.
   */
  isSelf(address: Address): boolean {
    if (this.#selves.has(address.key)) return true;
    const { family } = address;
    if (this.mappedAddress(family)?.key === address.key) return true;
    return (
      this.#ports.some((bound) => bound.family === family && bound.port === address.port) &&
      this.isOwnIp(address.ip)
    );
  }
}

function withPort(ip: Uint8Array, port: number): Address | undefined {
  const bytes = new Uint8Array(ip.length + 2);
  bytes.set(ip);
  bytes[ip.length] = port >> 8;
  bytes[ip.length + 1] = port & 255;
  return Address.ofBytes(bytes);
}

/**
 * A text that differs whenever we send from or by another place: by gateways where any is known, else by all networks.
 */
function waysOut(networks: readonly LocalNetwork[], ports: readonly Port[]): string {
  const known = networks.filter(({ gateway }) => gateway !== undefined);
  const ways = (known.length > 0 ? known : networks).map(({ ip, prefixBits, gateway }) => {
    return `${toHex(ip)}/${prefixBits}>${gateway === undefined ? "" : toHex(gateway)}`;
  });
  const sockets = ports.map(({ via, family, port }) => `${via}/${family}/${port}`);
  return [...ways.sort(), ...sockets].join(" ");
}

function lifetimeOf({ mapping }: NatSummary): number {
  return mapping === "unknown" ? UNKNOWN_LIFETIME_MS : SUMMARY_LIFETIME_MS;
}
