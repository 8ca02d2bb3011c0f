/** RFC 4787 sections 4.1 and 5: of what a mapping, or a filter, depends. */
export type Dependence =
  "endpoint-independent" | "address-dependent" | "address-and-port-dependent";

/**
 * Port assignment (RFC 4787 section 4.2): the inside port itself; any of a range; any of the subscriber's block
 * (RFC 7422); the one after the last; any at all; or a hash of inside endpoint and remote.
 */
export type Allocation = "preserving" | "range" | "block" | "sequential" | "random" | "hash";

/** What a NAT device does, in the words of RFC 4787. */
export interface NatBehaviour {
  mapping: Dependence;
  filtering: Dependence;
  allocation: Allocation;
  /**
   * Whether one outside port serves several remotes at once, each for an inside endpoint of its own, as connection
   * tracking does it. Needs a filter at least as strict as the mapping.
   */
  sharesPorts: boolean;
  /** Ports between two successive mappings of a sequential allocator. */
  portDelta: number;
  /** Before each allocation of a sequential allocator others make 0 to this many, evenly drawn. */
  foreignAllocations: number;
  /** Mappings per second that others make, at random moments: a sequential allocator has moved on by so many. */
  foreignPerS: number;
  /** Size of a block, a power of two; blocks are aligned to it. */
  blockPorts: number;
  /** Idle time after which a session is gone; its mapping goes with the last one. */
  timeoutMs: number;
  /** The same once both sides have spoken over a session older than 2 s. */
  assuredTimeoutMs: number;
  /** Whether inbound datagrams refresh too, which REQ-6 allows; outbound ones always do. */
  inboundRefresh: boolean;
  /** Whether two hosts inside reach each other by their outside addresses, with the outside source (REQ-9). */
  hairpin: boolean;
  /**
   * Whether the router itself accepts what it does not translate, and so makes a session of its own: a later outbound
   * datagram of the same endpoints gets another port.
   */
  poisonable: boolean;
  /** Whether it forwards ports to hosts inside that ask for it, by PCP (RFC 6887). */
  portMapping: boolean;
  /** Drops everything. */
  blocked: boolean;
  /** Sessions per inside host; new ones beyond are dropped. */
  sessionQuota?: number;
  /** New sessions per inside host: a bucket of `burst`, filled at `perS`; those beyond are dropped. */
  newFlowLimit?: { perS: number; burst: number };
}

/** Mapping / filtering / allocation; see KIND_NAMES. */
export const KINDS = [
  "open",
  "eif",
  "adf",
  "apdf",
  "apdf-np",
  "adm",
  "seq",
  "blk",
  "rnd",
  "blocked",
] as const;
export type NatKind = (typeof KINDS)[number];

export const KIND_NAMES: Record<NatKind, string> = {
  open: "no NAT",
  eif: "endpoint-independent mapping and filter, ports preserved",
  adf: "endpoint-independent mapping, address-dependent filter, ports preserved",
  apdf: "endpoint-independent mapping, address and port-dependent filter, ports preserved",
  "apdf-np": "endpoint-independent mapping, address and port-dependent filter, ports of a range",
  adm: "address-dependent mapping, address and port-dependent filter, ports by a hash",
  seq: "address and port-dependent mapping and filter, sequential ports",
  blk: "address and port-dependent mapping and filter, random ports of a block of 512",
  rnd: "address and port-dependent mapping and filter, random ports",
  blocked: "all UDP dropped",
};

/** Within what is measured: many devices forget after 30 s, RFC 4787 asks for 120 s and more. */
export const DEFAULT_TIMEOUT_MS = 60_000;

/** Linux's connection tracking: nf_conntrack_udp_timeout, ..._timeout_stream, and every datagram refreshes. */
export const LINUX_TIMERS = {
  timeoutMs: 30_000,
  assuredTimeoutMs: 120_000,
  inboundRefresh: true,
} as const;

/** How many ports a carrier gives a subscriber where it limits them (Richter et al. 2016). */
export const BLOCK_PORTS = 512;

const EIF: NatBehaviour = {
  mapping: "endpoint-independent",
  filtering: "endpoint-independent",
  allocation: "preserving",
  sharesPorts: false,
  portDelta: 1,
  foreignAllocations: 0,
  foreignPerS: 0,
  blockPorts: BLOCK_PORTS,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  assuredTimeoutMs: DEFAULT_TIMEOUT_MS,
  inboundRefresh: false,
  hairpin: false,
  poisonable: false,
  portMapping: false,
  blocked: false,
};

const APDF: NatBehaviour = { ...EIF, filtering: "address-and-port-dependent" };

/** Called symmetric before RFC 4787. */
const APDM: NatBehaviour = { ...APDF, mapping: "address-and-port-dependent", sharesPorts: true };

/** `open` is the absence of a device. */
export const NAT_KINDS: Record<Exclude<NatKind, "open">, NatBehaviour> = {
  eif: EIF,
  adf: { ...EIF, filtering: "address-dependent" },
  apdf: APDF,
  "apdf-np": { ...APDF, allocation: "range" },
  adm: { ...APDM, mapping: "address-dependent", allocation: "hash" },
  seq: { ...APDM, allocation: "sequential" },
  blk: { ...APDM, allocation: "block" },
  rnd: { ...APDM, allocation: "random" },
  blocked: { ...EIF, blocked: true },
};
