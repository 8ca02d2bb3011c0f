import { Address } from "../../wire/address.ts";
import type { Random } from "../../wire/crypto.ts";
import { type IpKey, ipKey } from "./addresses.ts";
import { Forwards } from "./nat-forwards.ts";
import { InsideHosts } from "./nat-hosts.ts";
import type { Dependence, NatBehaviour } from "./nat-kinds.ts";
import { RouterSessions } from "./nat-poison.ts";
import { PortAllocator } from "./nat-ports.ts";

/** A home router's usual connection table. */
export const MAX_SESSIONS = 16_384;
/** A full table is searched for expired entries at most this often. */
const FULL_SWEEP_INTERVAL_MS = 1_000;
/** The looser first. */
const STRICTNESS: readonly Dependence[] = [
  "endpoint-independent",
  "address-dependent",
  "address-and-port-dependent",
];
/** Linux's: a session that is younger counts as unreplied, whatever came back. */
const ASSURED_AGE_MS = 2_000;

/** Why a datagram from inside is dropped. */
export type Refusal = "blocked" | "nat-full" | "nat-quota" | "nat-limit";

type RemoteKey = number | string;

/** One inside endpoint and one remote endpoint. */
interface Session {
  readonly createdMs: number;
  isReplied: boolean;
  expiresMs: number;
}

interface Mapping {
  readonly inside: Address;
  readonly outside: Address;
  readonly remote: RemoteKey;
  readonly portKey: RemoteKey;
  /** When the last of its sessions expires. */
  expiresMs: number;
  /** By remote endpoint. BOUNDED: by MAX_SESSIONS in all. */
  readonly sessions: Map<string, Session>;
  /** By what the filter depends on: the session that keeps it open longest. BOUNDED: the same sessions. */
  readonly permitted: Map<RemoteKey, Session>;
}

/** A NAT device with one outside IPv4 address or several. */
export class NatDevice {
  readonly behaviour: NatBehaviour;
  /** The outside IPs, as text. */
  readonly hosts: readonly string[];
  readonly #ports: PortAllocator;
  readonly #inside: InsideHosts;
  readonly #router = new RouterSessions();
  readonly #forwards = new Forwards();
  /** By inside address, then by what the mapping depends on. BOUNDED: by MAX_SESSIONS in all. */
  readonly #mappings = new Map<string, Map<RemoteKey, Mapping>>();
  /** By outside endpoint, and remote when ports are shared. BOUNDED: the same mappings. */
  readonly #outside = new Map<RemoteKey, Mapping>();
  /** Places of the outside IPs. BOUNDED: by `hosts`. */
  readonly #places: ReadonlyMap<IpKey, number>;
  #sessions = 0;
  #sweptMs = 0;

  constructor(behaviour: NatBehaviour, host: string | readonly string[], random: Random) {
    const { sharesPorts, mapping, filtering } = behaviour;
    if (sharesPorts && STRICTNESS.indexOf(filtering) < STRICTNESS.indexOf(mapping)) {
      throw new RangeError("with shared ports nobody knows whom a stranger's datagram is for");
    }
    this.behaviour = behaviour;
    this.hosts = typeof host === "string" ? [host] : host;
    this.#places = new Map(this.hosts.map((ip, i) => [ipKey(Address.of(ip, 1)!), i]));
    this.#ports = new PortAllocator(behaviour, random);
    this.#inside = new InsideHosts(behaviour);
  }

  /** The outside IP, as text: the first, when there are several. */
  get host(): string {
    return this.hosts[0]!;
  }

  /** Sessions held, expired ones included: at most MAX_SESSIONS. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Whether this is an outside IP of the device. */
  owns(address: Address): boolean {
    return this.#places.has(ipKey(address));
  }

  /** Forgets all mappings and sessions. */
  reboot(): void {
    this.#mappings.clear();
    this.#outside.clear();
    this.#router.clear();
    this.#forwards.clear();
    this.#inside.reboot();
    this.#ports.reboot();
    this.#sessions = 0;
  }

  /** Forwards an outside port to a host inside, see `Forwards.grant`. */
  forward(inside: Address, wanted: Address, untilMs: number, now: number): Address | undefined {
    return this.#forwards.grant(inside, wanted, untilMs, now);
  }

  /** The outside source of a datagram from inside, or why it is dropped. */
  outgoing(source: Address, destination: Address, now: number): Address | Refusal {
    if (this.behaviour.blocked) return "blocked";
    const forwarded = this.#forwards.outgoing(source, destination, now);
    if (forwarded !== undefined) return forwarded;
    this.#sweepIfDue(now, this.#sessions >= MAX_SESSIONS);
    const mapping = this.#mappingFor(source, destination, now);
    const session = mapping?.sessions.get(destination.key);
    if (mapping === undefined || session === undefined || session.expiresMs <= now) {
      return this.#open(source, destination, mapping, now);
    }
    this.#refresh(mapping, session, destination, now);
    return mapping.outside;
  }

  /** The inside address that a datagram from outside goes to; undefined when it is filtered. */
  incoming(destination: Address, source: Address, now: number): Address | undefined {
    const { behaviour } = this;
    if (behaviour.blocked) return undefined;
    const isRouters = behaviour.poisonable && this.#router.holds(destination, source, now);
    const portKey = this.#portKey(destination, this.#placeOf(destination), source);
    const mapping = isRouters ? undefined : this.#live(this.#outside.get(portKey), now);
    const permitting = mapping?.permitted.get(remoteKey(behaviour.filtering, source));
    if (mapping === undefined || permitting === undefined || permitting.expiresMs <= now) {
      const forwarded = this.#forwards.incoming(destination, source, now);
      if (forwarded !== undefined) return forwarded;
      if (behaviour.poisonable) this.#router.note(destination, source, now);
      return undefined;
    }
    const session = mapping.sessions.get(source.key);
    if (session !== undefined) session.isReplied = true;
    if (behaviour.inboundRefresh) this.#refresh(mapping, session ?? permitting, source, now);
    return mapping.inside;
  }

  /** A live mapping that serves this destination. */
  #mappingFor(source: Address, destination: Address, now: number): Mapping | undefined {
    const ofSource = this.#mappings.get(source.key);
    if (ofSource === undefined) return undefined;
    const { mapping: rule, poisonable } = this.behaviour;
    const general = this.#live(ofSource.get(remoteKey(rule, destination)), now);
    if (!poisonable) return general;
    const displaced = this.#live(ofSource.get(destination.key), now);
    if (displaced !== undefined || general === undefined) return displaced;
    return this.#router.holds(general.outside, destination, now) ? undefined : general;
  }

  /** Begins a session, in a new mapping when none serves. */
  #open(
    source: Address,
    destination: Address,
    serving: Mapping | undefined,
    now: number,
  ): Address | Refusal {
    const refusal = this.#refusal(source, now);
    if (refusal !== undefined) return refusal;
    const mapping = serving ?? this.#create(source, destination, now);
    if (mapping === undefined) return "nat-full";
    if (!mapping.sessions.has(destination.key)) {
      this.#sessions++;
      this.#inside.count(source, 1);
    }
    const session = { createdMs: now, isReplied: false, expiresMs: now };
    mapping.sessions.set(destination.key, session);
    this.#refresh(mapping, session, destination, now);
    return mapping.outside;
  }

  #refusal(source: Address, now: number): Refusal | undefined {
    if (this.#sessions >= MAX_SESSIONS) return "nat-full";
    if (!this.#inside.takeNewFlow(source, now)) return "nat-limit";
    if (!this.#inside.isOverQuota(source)) return undefined;
    this.#sweepIfDue(now, true);
    return this.#inside.isOverQuota(source) ? "nat-quota" : undefined;
  }

  #refresh(mapping: Mapping, session: Session, remote: Address, now: number): void {
    const { timeoutMs, assuredTimeoutMs, filtering } = this.behaviour;
    const isAssured = session.isReplied && now - session.createdMs > ASSURED_AGE_MS;
    session.expiresMs = now + (isAssured ? assuredTimeoutMs : timeoutMs);
    mapping.expiresMs = Math.max(mapping.expiresMs, session.expiresMs);
    const key = remoteKey(filtering, remote);
    const longest = mapping.permitted.get(key);
    if (longest === session) return;
    if (longest === undefined || longest.expiresMs <= session.expiresMs) {
      mapping.permitted.set(key, session);
    }
  }

  /** The mapping, unless its time is over: then it is forgotten at once and its port is free. */
  #live(mapping: Mapping | undefined, now: number): Mapping | undefined {
    if (mapping === undefined || mapping.expiresMs > now) return mapping;
    this.#forget(mapping);
    return undefined;
  }

  #create(source: Address, destination: Address, now: number): Mapping | undefined {
    const general = remoteKey(this.behaviour.mapping, destination);
    const place = ipKey(source);
    // Paired pooling (REQ-2): all sessions of an inside host have the same outside IP.
    const host = Number(place) % this.hosts.length;
    const atPort = (port: number): Address => Address.of(this.hosts[host]!, port)!;
    const isFree = (port: number): boolean => {
      const outside = atPort(port);
      if (this.#live(this.#outside.get(this.#portKey(outside, host, destination)), now))
        return false;
      if (this.#forwards.holds(outside, now)) return false;
      return !this.#router.holds(outside, destination, now);
    };
    const wanted = { port: source.port, insideIp: place, flow: `${source.key} ${general}` };
    const port = this.#ports.allocate(wanted, isFree, now);
    if (port === undefined) return undefined;
    const outside = atPort(port);
    const ofSource = this.#mappings.get(source.key) ?? new Map<RemoteKey, Mapping>();
    // The general one lives, but not for this remote: the router took its port there.
    const remote = ofSource.has(general) ? destination.key : general;
    const sessions = new Map<string, Session>();
    const filtersByEndpoint = this.behaviour.filtering === "address-and-port-dependent";
    const mapping: Mapping = {
      inside: source,
      outside,
      remote,
      portKey: this.#portKey(outside, host, destination),
      expiresMs: now,
      sessions,
      permitted: filtersByEndpoint ? sessions : new Map<RemoteKey, Session>(),
    };
    this.#mappings.set(source.key, ofSource.set(remote, mapping));
    this.#outside.set(mapping.portKey, mapping);
    return mapping;
  }

  #placeOf(outside: Address): number {
    return this.hosts.length === 1 ? 0 : this.#places.get(ipKey(outside))!;
  }

  #portKey(outside: Address, place: number, remote: Address): RemoteKey {
    const endpoint = place * 65_536 + outside.port;
    if (!this.behaviour.sharesPorts) return endpoint;
    return `${endpoint} ${remoteKey(this.behaviour.mapping, remote)}`;
  }

  #forget(mapping: Mapping): void {
    this.#sessions -= mapping.sessions.size;
    this.#inside.count(mapping.inside, -mapping.sessions.size);
    this.#outside.delete(mapping.portKey);
    const ofSource = this.#mappings.get(mapping.inside.key)!;
    ofSource.delete(mapping.remote);
    if (ofSource.size === 0) this.#mappings.delete(mapping.inside.key);
  }

  #sweepIfDue(now: number, isPressing: boolean): void {
    const interval = isPressing ? FULL_SWEEP_INTERVAL_MS : this.behaviour.timeoutMs;
    if (now - this.#sweptMs < interval) return;
    this.#sweptMs = now;
    for (const mapping of this.#outside.values()) {
      if (this.#live(mapping, now) === undefined) continue;
      for (const [remote, { expiresMs }] of mapping.sessions) {
        if (expiresMs > now) continue;
        mapping.sessions.delete(remote);
        this.#sessions--;
        this.#inside.count(mapping.inside, -1);
      }
      for (const [remote, { expiresMs }] of mapping.permitted) {
        if (expiresMs <= now) mapping.permitted.delete(remote);
      }
    }
  }
}

function remoteKey(dependence: Dependence, remote: Address): RemoteKey {
  if (dependence === "endpoint-independent") return 0;
  return dependence === "address-dependent" ? ipKey(remote) : remote.key;
}
