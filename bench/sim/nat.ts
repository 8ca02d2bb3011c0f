import { Address } from "../../wire/address.ts";
import type { Random } from "../../wire/crypto.ts";
import { ipKey } from "./addresses.ts";

/** RFC 4787 sections 4.1 and 5: of what a mapping, or a filter, depends. */
export type Dependence =
  "endpoint-independent" | "address-dependent" | "address-and-port-dependent";

/** What a NAT device does, in the words of RFC 4787. */
export interface NatBehaviour {
  mapping: Dependence;
  filtering: Dependence;
  /** Section 4.2. `preserving` takes the next free port when the wanted one is taken. */
  allocation: "preserving" | "sequential" | "random";
  /** Ports between two successive mappings of a sequential allocator. */
  portDelta: number;
  /** Idle time after which a mapping or a permission is gone; only outbound datagrams refresh (REQ-6). */
  timeoutMs: number;
  /** Whether two hosts inside reach each other by their outside addresses (REQ-9). */
  hairpin: boolean;
}

/** `open` is the absence of a NAT device; the other names are those of RFC 3489. */
export type NatKind = "open" | "full-cone" | "address-restricted" | "port-restricted" | "symmetric";

/** Within what is measured: many devices forget after 30 s, RFC 4787 asks for 120 s and more. */
export const DEFAULT_TIMEOUT_MS = 60_000;

const CONE: NatBehaviour = {
  mapping: "endpoint-independent",
  filtering: "endpoint-independent",
  allocation: "preserving",
  portDelta: 1,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  hairpin: false,
};

export const NAT_KINDS: Record<Exclude<NatKind, "open">, NatBehaviour> = {
  "full-cone": CONE,
  "address-restricted": { ...CONE, filtering: "address-dependent" },
  "port-restricted": { ...CONE, filtering: "address-and-port-dependent" },
  symmetric: {
    ...CONE,
    mapping: "address-and-port-dependent",
    filtering: "address-and-port-dependent",
    allocation: "random",
  },
};

/** REQ-3a: ports from 1,024 stay in their range. */
const FIRST_PORT = 1_024;
const PORT_COUNT = 65_536 - FIRST_PORT;
/** A home router's usual connection table. */
export const MAX_SESSIONS = 16_384;
/** A full table is searched for expired entries at most this often. */
const FULL_SWEEP_INTERVAL_MS = 1_000;

type RemoteKey = number | string;

interface Mapping {
  readonly inside: Address;
  readonly outside: Address;
  readonly remote: RemoteKey;
  usedMs: number;
  /** Remotes let in, with the time of the last datagram to them. BOUNDED: by MAX_SESSIONS in all. */
  readonly permitted: Map<RemoteKey, number>;
}

/** A NAT device with one outside IPv4 address. */
export class NatDevice {
  readonly behaviour: NatBehaviour;
  /** The outside IP, as text. */
  readonly host: string;
  readonly #random: Random;
  /** By inside address, then by what the mapping depends on. BOUNDED: by MAX_SESSIONS in all. */
  readonly #mappings = new Map<string, Map<RemoteKey, Mapping>>();
  /** By outside port. BOUNDED: the same mappings. */
  readonly #ports = new Map<number, Mapping>();
  #sessions = 0;
  #sweptMs = 0;
  #lastPort: number;

  constructor(behaviour: NatBehaviour, host: string, random: Random) {
    this.behaviour = behaviour;
    this.host = host;
    this.#random = random;
    this.#lastPort = FIRST_PORT + random.below(PORT_COUNT);
  }

  /** Permissions held, expired ones included: at most MAX_SESSIONS. */
  get sessions(): number {
    return this.#sessions;
  }

  /** The outside source of a datagram from inside; undefined when the table is full: it is dropped. */
  outgoing(source: Address, destination: Address, now: number): Address | undefined {
    this.#sweepIfDue(now);
    const { mapping: mappingRule, filtering } = this.behaviour;
    const remote = remoteKey(mappingRule, destination);
    const permission = remoteKey(filtering, destination);
    const mapping = this.#live(this.#mappings.get(source.key)?.get(remote), now);
    if (mapping?.permitted.has(permission) !== true) {
      if (this.#sessions >= MAX_SESSIONS) return undefined;
      this.#sessions++;
    }
    const used = mapping ?? this.#create(source, remote, now);
    used.usedMs = now;
    used.permitted.set(permission, now);
    return used.outside;
  }

  /** The inside address that a datagram from outside goes to; undefined when it is filtered. */
  incoming(destination: Address, source: Address, now: number): Address | undefined {
    const mapping = this.#live(this.#ports.get(destination.port), now);
    const permittedMs = mapping?.permitted.get(remoteKey(this.behaviour.filtering, source));
    if (permittedMs === undefined || this.#expired(permittedMs, now)) return undefined;
    return mapping!.inside;
  }

  #expired(usedMs: number, now: number): boolean {
    return now - usedMs >= this.behaviour.timeoutMs;
  }

  /** The mapping, unless its time is over: then it is forgotten at once and its port is free. */
  #live(mapping: Mapping | undefined, now: number): Mapping | undefined {
    if (mapping === undefined || !this.#expired(mapping.usedMs, now)) return mapping;
    this.#forget(mapping);
    return undefined;
  }

  #create(source: Address, remote: RemoteKey, now: number): Mapping {
    const outside = Address.of(this.host, this.#allocate(source.port, now))!;
    const mapping = { inside: source, outside, remote, usedMs: now, permitted: new Map() };
    const ofSource = this.#mappings.get(source.key);
    if (ofSource === undefined) this.#mappings.set(source.key, new Map([[remote, mapping]]));
    else ofSource.set(remote, mapping);
    this.#ports.set(outside.port, mapping);
    return mapping;
  }

  /** A free port. There is always one: MAX_SESSIONS is less than PORT_COUNT. */
  #allocate(wanted: number, now: number): number {
    const { allocation, portDelta } = this.behaviour;
    let port: number;
    if (allocation === "preserving") port = wrap(wanted);
    else if (allocation === "sequential") port = wrap(this.#lastPort + portDelta);
    else port = FIRST_PORT + this.#random.below(PORT_COUNT);
    while (this.#live(this.#ports.get(port), now) !== undefined) {
      port = allocation === "random" ? FIRST_PORT + this.#random.below(PORT_COUNT) : wrap(port + 1);
    }
    this.#lastPort = port;
    return port;
  }

  #forget(mapping: Mapping): void {
    this.#sessions -= mapping.permitted.size;
    this.#ports.delete(mapping.outside.port);
    const ofSource = this.#mappings.get(mapping.inside.key)!;
    ofSource.delete(mapping.remote);
    if (ofSource.size === 0) this.#mappings.delete(mapping.inside.key);
  }

  #sweepIfDue(now: number): void {
    const full = this.#sessions >= MAX_SESSIONS;
    const interval = full ? FULL_SWEEP_INTERVAL_MS : this.behaviour.timeoutMs;
    if (now - this.#sweptMs < interval) return;
    this.#sweptMs = now;
    for (const mapping of this.#ports.values()) {
      if (this.#live(mapping, now) === undefined) continue;
      for (const [remote, usedMs] of mapping.permitted) {
        if (this.#expired(usedMs, now) && mapping.permitted.delete(remote)) this.#sessions--;
      }
    }
  }
}

function remoteKey(dependence: Dependence, remote: Address): RemoteKey {
  if (dependence === "endpoint-independent") return 0;
  return dependence === "address-dependent" ? ipKey(remote) : remote.key;
}

/** The port itself, or as far into the range as it lies beyond its end. */
function wrap(port: number): number {
  return FIRST_PORT + ((((port - FIRST_PORT) % PORT_COUNT) + PORT_COUNT) % PORT_COUNT);
}
