import type { Random } from "../../wire/crypto.ts";
import { MAIN_SOCKET, type Probe, type SearchSide } from "./probe.ts";
import { shuffled } from "./shuffled.ts";

/**
 * The birthday search confined to a block of ports (RFC 7422 gives each subscriber one): with 64 sockets in 512 ports,
 * 34 probes hit in 99 of 100.
 */
export const BLOCK_SOCKETS = 64;

const OPEN_INTERVAL_MS = 2;
const REFRESH_INTERVAL_MS = 10;
const REFRESHES = 300;

/** The side with the block: all its sockets towards the other side's one port. */
export function* blockOpen({ peerPort: port }: SearchSide, sockets: number): Generator<Probe> {
  for (let i = 0; i < sockets + REFRESHES; i++) {
    const afterMs = i < sockets ? OPEN_INTERVAL_MS : REFRESH_INTERVAL_MS;
    yield { socket: i % sockets, port, priming: i < 2 * sockets, afterMs };
  }
}

const SEARCH_DELAY_MS = 100;
const PROBE_INTERVAL_MS = 5;
/** The second pass finds what was lost, or was not yet open, in the first. */
const PASSES = 2;

/** The easy side: every port of the block, in random order. */
export function* blockSearch({ peerLow, peerHigh }: SearchSide, random: Random): Generator<Probe> {
  let afterMs = SEARCH_DELAY_MS;
  for (let pass = 0; pass < PASSES; pass++) {
    for (const port of shuffled(peerLow, peerHigh, random)) {
      yield { socket: MAIN_SOCKET, port, priming: false, afterMs };
      afterMs = PROBE_INTERVAL_MS;
    }
  }
}
