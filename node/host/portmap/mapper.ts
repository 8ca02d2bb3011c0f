import type { Address } from "../../../wire/address.ts";

export type PortmapProtocol = "pcp" | "nat-pmp" | "upnp";

/** A port of the router that leads to our socket. */
export interface Lease {
  external: Address;
  /** Seconds from now, as the router says. */
  lifetimeS: number;
}

/** A router that can be asked for ports, by one protocol. Nothing here rejects: a router is not to be relied upon. */
export interface Mapper {
  readonly protocol: PortmapProtocol;
  /** Makes a mapping or renews it, for `lifetimeS` seconds at best. Undefined: refused, or no answer. */
  map(lifetimeS: number, suggested: Address): Promise<Lease | undefined>;
  /** Takes it back, if the router listens. */
  unmap(external: Address): Promise<void>;
  /** Whether the router still maps it to us; undefined: it does not say. */
  has(external: Address): Promise<boolean | undefined>;
}

/** How long everything takes; tests are less patient. */
export interface Pace {
  /** RFC 6886 section 3.1; RFC 6887's 3 s are made for servers beyond the LAN. It doubles with every repetition. */
  retransmitMs: number;
  /** A router in the LAN answers in milliseconds; four datagrams fit. */
  answerMs: number;
  /** After the first protocol has answered, for a better one. */
  graceMs: number;
  /** Between two questions whether the router still has our mapping: what a reboot can cost. */
  pollMs: number;
  /** Between two requests of a renewal (RFC 6887 section 11.2.1: 4 s at least). */
  leastRenewMs: number;
  /** Before looking for a router again; doubles up to the latter. */
  retryMs: number;
  maxRetryMs: number;
  /** What shutting down may take. */
  goodbyeMs: number;
}

export const PACE: Pace = {
  retransmitMs: 250,
  answerMs: 3_000,
  graceMs: 250,
  pollMs: 60_000,
  leastRenewMs: 4_000,
  retryMs: 60_000,
  maxRetryMs: 3_600_000,
  goodbyeMs: 750,
};
