import type { Probe, SearchSide } from "./probe.ts";

const TIMES_MS = [0, 50, 100, 150, 200, 250, 500, 750, 1_000] as const;

/**
 * Two sides whose first punctures opened nothing: more of them, now that both are vouched for. The first time one side
 * uses a fresh socket, of which the other is told: a router that took the first ones for its own keeps their ports, but
 * knows nothing of this one. All to the other side's one port; the first only opens our own NAT.
 */
export function* punctureAgain({ peerPort: port }: SearchSide, socket: number): Generator<Probe> {
  for (const [i, afterMs] of TIMES_MS.entries()) {
    yield { socket, port, priming: i === 0, afterMs };
  }
}
