import type { Random } from "../../wire/crypto.ts";
import { type Probe, type SearchSide, wrapPort } from "./probe.ts";
import { shuffled } from "./shuffled.ts";

/**
 * Two sides that both give every flow a port of its own, within few ports. A flow of ours and one of theirs meet when each is
 * sent to where the other comes from: of N flows a side in blocks of B ports, with probability 1 - exp(-N^2 / B^2); where one
 * side's ports are known one by one, 1 - exp(-N / B).
 */
export const PAIR_SOCKETS = 16;
const FLOW_INTERVAL_MS = 5;
/** Each flow once more: the first datagram of it may have come before the other side's opened. */
const PASSES = 2;

/** `flows` flows to distinct ports of the other side: in its block, or, if it is sequential, the next ones. */
export function* blockPairs(side: SearchSide, flows: number, random: Random): Generator<Probe> {
  const ports = [...targets(side, flows, random)];
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [i, port] of ports.entries()) {
      yield { socket: i % PAIR_SOCKETS, port, priming: false, afterMs: FLOW_INTERVAL_MS };
    }
  }
}

function* targets(side: SearchSide, flows: number, random: Random): Generator<number> {
  if (side.peerDelta !== 0) {
    for (let i = 1; i <= flows; i++) yield wrapPort(side.peerPort + i * side.peerDelta);
    return;
  }
  let left = flows;
  // With more flows than ports, the block is gone through again: from another socket each is a new flow.
  while (left > 0) {
    for (const port of shuffled(side.peerLow, side.peerHigh, random)) {
      if (left-- <= 0) return;
      yield port;
    }
  }
}
