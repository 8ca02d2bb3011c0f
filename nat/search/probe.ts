/** One datagram of a search. */
export interface Probe {
  /** Which of the search's own sockets it leaves by; MAIN_SOCKET for the one that everything else uses. */
  readonly socket: number;
  /** At the other side's public IP. */
  readonly port: number;
  /** Whether it shall only open our own NATs and die before it reaches the other side's, see LOW_TTL. */
  readonly priming: boolean;
  /** Milliseconds after the one before, fractions allowed. */
  readonly afterMs: number;
}

export const MAIN_SOCKET = -1;

/**
 * Hops of a datagram that shall open our own NAT and not reach the other side's: a home router and a carrier's NAT are
 * passed, and 2 routed hops between the NATs are enough to end it. One that arrived unannounced would make some routers
 * remember its sender under the wrong port ("poisoning": the later mapping collides and is given another port).
 */
export const LOW_TTL = 3;

/** What a search knows of the two sides. Ports of the other side are as an introducer observed them. */
export interface SearchSide {
  /** The other side's last known port: of its main socket, or of the one it opened for this search. */
  readonly peerPort: number;
  /** Ports between two mappings of the other side's NAT, if it is sequential. */
  readonly peerDelta: number;
  /** The other side's block; the whole range when it has none. */
  readonly peerLow: number;
  readonly peerHigh: number;
}

/** RFC 4787 REQ-3a: ports from 1,024 are not mapped to lower ones, and what lives below is nobody's NAT mapping. */
export const FIRST_PORT = 1_024;
export const LAST_PORT = 65_535;
const PORT_COUNT = LAST_PORT - FIRST_PORT + 1;

/** The port itself, or as far into the range as it lies beyond its end. */
export function wrapPort(port: number): number {
  return FIRST_PORT + ((((port - FIRST_PORT) % PORT_COUNT) + PORT_COUNT) % PORT_COUNT);
}
