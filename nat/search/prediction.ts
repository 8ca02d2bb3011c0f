import { MAIN_SOCKET, type Probe, type SearchSide, wrapPort } from "./probe.ts";

/**
 * Prediction, between an easy side and a sequential allocator: the latter has just been seen at a port, so its next
 * mapping is a few steps further, one for every flow that others behind it opened in between (RFC 5128 section 3.4
 * describes the idea).
 */

/**
 * Foreign allocations between the sample and the mapping: 15 at a busy home, and a survey of ours that goes on
 * meanwhile.
 */
const WINDOW = 32;
const PROBE_INTERVAL_MS = 2;
/** Rounds over the window, for datagrams that are lost; the last ones look further ahead. */
const ROUNDS = 4;
const ROUND_PAUSE_MS = 200;

/** The easy side: the window ahead of the sampled port, in order, again and again; wider each time. */
export function* predict({ peerPort, peerDelta }: SearchSide): Generator<Probe> {
  for (let round = 0; round < ROUNDS; round++) {
    for (let step = 1; step <= WINDOW * (1 + (round >> 1)); step++) {
      const afterMs = step > 1 ? PROBE_INTERVAL_MS : round === 0 ? 0 : ROUND_PAUSE_MS;
      const port = wrapPort(peerPort + step * peerDelta);
      yield { socket: MAIN_SOCKET, port, priming: false, afterMs };
    }
  }
}

/** One mapping, made at once; the later ones arrive after the other side has opened its own. */
const OPENING_TIMES_MS = [0, 150, 150, 200, 300, 400, 500] as const;

/** The sequential side: its sampled socket towards the other side's one port. */
export function* offerPredicted({ peerPort: port }: SearchSide): Generator<Probe> {
  for (const [i, afterMs] of OPENING_TIMES_MS.entries()) {
    yield { socket: 0, port, priming: i === 0, afterMs };
  }
}
