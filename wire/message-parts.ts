import type { Address } from "./address.ts";
import type { Place } from "./parents.ts";

/** See `DialBackRequest` in `wire/dispersy.proto`. */
export interface DialBackRequest {
  /** 0 to MAX_DIAL_BACK_S. */
  afterS: number;
}

/** What an observer undertakes: punctures with a nonce. */
export interface DialBack {
  /** 8 bytes. */
  nonce: Uint8Array;
  /** Whether one comes from another port of the observer's IP. */
  otherPort: boolean;
  /** Who was asked for one, as the observer reaches it. */
  helper?: Address;
}

/** Somebody named to us. */
export interface Introduction {
  address: Address;
  lan?: Address;
  /** 8 bytes that the named node's puncture will carry. */
  nonce: Uint8Array;
  nat: NatSummary;
  startMs: number;
  /** 8 bytes: the named node's run. */
  instance: Uint8Array;
}

/** A bundle as it travels: not yet verified, its body not yet read. */
export interface WireBundle {
  /** 32-byte Ed25519 public key. */
  author: Uint8Array;
  /** The encoded header and payload, exactly as signed. */
  body: Uint8Array;
  /** 64 bytes. */
  signature: Uint8Array;
}

export interface Holdings {
  count: number;
  globalTime: number;
  admitted: number;
  /** FINGERPRINT_BYTES bytes that name the held set; absent where the sender does not tell. */
  fingerprint?: Uint8Array;
  /** The same of the bundles that decide over others; absent where the sender does not tell. */
  control?: { fingerprint: Uint8Array; count: number };
  /** The sender takes no more bundles of others, but control bundles; absent where it does. */
  full?: boolean;
}

export interface Answer {
  /** Datagrams of bundles that follow the response. */
  datagrams: number;
  /** Whether more would have followed, had the limit allowed it. */
  more: boolean;
  /** ELEMENT_BYTES each, MAX_WANTED at most: elements of the offer's sketch that the answerer asks for. */
  wanted?: Uint8Array;
  /** Elements that the sender lacks as well, and asked others for a moment ago: at most MAX_SYMBOLS. */
  coming?: number;
  /** About so many elements of the sketched difference were not found, or more; absent when all were. */
  undecoded?: number;
  /** Up to where a cursor was answered, included; absent when nothing was left. */
  reached?: Position;
  /** Bundles that the offer calls for and that are larger than datagrams to its sender may be: they do not follow. */
  withheld?: number;
}

/** A place in the order of bundles: by global time, then by id. */
export interface Position {
  globalTime: number;
  /** POSITION_ID_BYTES bytes: the beginning of the id. */
  id: Uint8Array;
}

/** The index is the number on the wire. RFC 4787 section 4.1, plus `none`: no translation at all. */
export const MAPPINGS = [
  "unknown",
  "none",
  "endpoint-independent",
  "address-dependent",
  "address-and-port-dependent",
] as const;
export type Mapping = (typeof MAPPINGS)[number];

/** RFC 4787 section 5, plus `none`. */
export const FILTERINGS = MAPPINGS;
export type Filtering = Mapping;

/** RFC 4787 section 4.2. */
export const ALLOCATIONS = ["unknown", "preserving", "sequential", "block", "random"] as const;
export type Allocation = (typeof ALLOCATIONS)[number];

/** What a node says of its NAT, so that others can choose how to get through it. */
export interface NatSummary {
  mapping: Mapping;
  filtering: Filtering;
  allocation: Allocation;
  /** Ports between two successive mappings of a sequential allocator. */
  portDelta: number;
  /** First and last port seen or assigned; 0 when unknown. */
  portLow: number;
  portHigh: number;
  /**
   * A port of its public IP that a router forwards to it, whoever sends; 0: none. Mapping and filtering are then those
   * of this port.
   */
  mappedPort: number;
}

export const UNKNOWN_NAT: NatSummary = {
  mapping: "unknown",
  filtering: "unknown",
  allocation: "unknown",
  portDelta: 0,
  portLow: 0,
  portHigh: 0,
  mappedPort: 0,
};

/** One that speaks of a subset: what of it is missing shows by comparing, or is asked for in order. */
export type SubsetOffer = BloomOffer | SketchOffer | CursorOffer;
export type Offer = SubsetOffer | IdsOffer;

/** See `Subset` in `wire/dispersy.proto`. */
export interface Subset {
  low: number;
  /** Infinity when unbounded. */
  high: number;
  modulo: number;
  offset: number;
  idBits: number;
  idPrefix: number;
  /** Only those of it that decide over others; absent: all. */
  lane?: "control";
}

export interface BloomOffer {
  kind: "bloom";
  subset: Subset;
  functions: number;
  /** 8 bytes. */
  salt: Uint8Array;
  filter: Uint8Array;
}

/** See `SketchOffer` in `wire/dispersy.proto`. */
export interface SketchOffer {
  kind: "sketch";
  subset: Subset;
  /** Whole days since 1970. */
  epoch: number;
  /** Bundles held of the subset. */
  count: number;
  /** SYMBOL_BYTES each, 1 to MAX_SYMBOLS of them. */
  symbols: Uint8Array;
}

/** Everything in some stretches of a subset, in order. */
export interface CursorOffer {
  kind: "cursor";
  subset: Subset;
  /** 1 to MAX_RANGES, ascending, none overlapping another. */
  ranges: Range[];
  /** How much to send. */
  bytes: number;
}

/** The places from one on and before another; undefined: no end. */
export interface Range {
  from: Position;
  before: Position | undefined;
}

/** Certain bundles, which others follow. */
export interface IdsOffer {
  kind: "ids";
  /** 1 to MAX_NAMED, ascending, none twice. */
  places: Place[];
}
