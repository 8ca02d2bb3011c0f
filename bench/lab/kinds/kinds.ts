/**
 * How a NAT chooses the external endpoint (RFC 4787, 4.1): the same for all remotes, per address, per address and port.
 */
export type Mapping = "endpoint-independent" | "address-dependent" | "address-and-port-dependent";
/** From whom it lets datagrams in (RFC 4787, 5). */
export type Filtering = Mapping;
/** Which external port a new mapping gets. */
export type Allocation = "preserving" | "range" | "random" | "sequential" | "block";

export interface Behaviour {
  mapping: Mapping;
  filtering: Filtering;
  allocation: Allocation;
}

const EIM = "endpoint-independent";
const ADM = "address-dependent";
const APDM = "address-and-port-dependent";

/** The kinds that translate. The same names and meanings as in the model (bench/sim). */
export const NAT_KINDS = {
  eif: { mapping: EIM, filtering: EIM, allocation: "preserving" },
  adf: { mapping: EIM, filtering: ADM, allocation: "preserving" },
  apdf: { mapping: EIM, filtering: APDM, allocation: "preserving" },
  "apdf-np": { mapping: EIM, filtering: APDM, allocation: "range" },
  adm: { mapping: ADM, filtering: APDM, allocation: "random" },
  seq: { mapping: APDM, filtering: APDM, allocation: "sequential" },
  blk: { mapping: APDM, filtering: APDM, allocation: "block" },
  rnd: { mapping: APDM, filtering: APDM, allocation: "random" },
} as const satisfies Record<string, Behaviour>;

export type NatKind = keyof typeof NAT_KINDS;
/** `open`: a public address and no filter. `blocked`: no UDP passes. */
export type Kind = "open" | NatKind | "blocked";

export const KINDS: readonly Kind[] = ["open", ...(Object.keys(NAT_KINDS) as NatKind[]), "blocked"];

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

/** What one router does besides translating. */
export interface NatOptions {
  kind: Kind;
  /**
   * Its own INPUT accepts what nobody asked for: a datagram that comes too early takes its port (nat.md, 6 of section
   * 0).
   */
  poisonable?: boolean;
  /** Concurrent UDP sessions of one inside address; further ones are dropped. */
  sessionQuota?: number;
  /** New UDP sessions per second of one inside address, and as many at once; further ones are dropped. */
  newFlowsPerSecond?: number;
  /** Only what goes out keeps a mapping alive (RFC 4787, REQ-6), so many seconds. */
  outboundRefreshSeconds?: number;
  /**
   * Hosts inside reach each other by their external addresses (RFC 4787, REQ-9); the source they see is external too.
   */
  hairpin?: boolean;
  /** Only these ports of others are reached, by TCP and UDP alike: a firewall that lets out the Web and names. */
  onlyPorts?: readonly number[];
  /** Maps ports on request: PCP, NAT-PMP, UPnP (miniupnpd). */
  portMapping?: boolean;
  /** First port of `seq`; the block of `blk` is the one that it is in. */
  portBase?: number;
}

/** Names and the Web, and nothing else: the strictest firewall that people still work behind. */
export const WEB_PORTS = [53, 443];
/** Ports in a `blk` block. Blocks are aligned to it, as in the examples of RFC 7422 and in the model. */
export const BLOCK_PORTS = 512;
/** `seq` starts again after as many: beyond every burst, and a rule set that loads fast. */
export const SEQUENCE_PORTS = 4_096;
/** Ports of `apdf-np`. No port that a host chooses by itself (32768 up) is in it, for the kernel keeps one that is. */
export const RANGE_PORTS = { low: 10_000, high: 29_999 };
/** `seq` and `blk` start from here up to 65535 - SEQUENCE_PORTS. */
export const LOWEST_PORT_BASE = 2_048;
