import { MAIN_SOCKET, type Probe, type SearchSide } from "./probe.ts";

/** Two easy sides whose first punctures were lost: more of them, now that both are vouched for. */
const TIMES_MS = [0, 50, 100, 150, 200, 250, 500, 750, 1_000] as const;

/** To the other side's one port. The first only opens our own NAT. */
export function* punctureAgain({ peerPort: port }: SearchSide): Generator<Probe> {
  for (const [i, afterMs] of TIMES_MS.entries()) {
    yield { socket: MAIN_SOCKET, port, priming: i === 0, afterMs };
  }
}
