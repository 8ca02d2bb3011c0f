import { type Probe, type SearchSide, wrapPort } from "./probe.ts";

/**
 * Two sequential allocators. Each datagram to a new port makes a new mapping, so both sides' own ports climb as they
 * search; if both searched in steps of one they would stay apart for ever by what others allocated in between. With
 * steps of one and two they meet: when x flows were allocated on the first side and y on the second, the first's probe
 * x + 2y and the second's x + y name each other's ports (Klinec and Matyas 2014, "baby steps and giant steps").
 *
 * What others allocate during the search moves the meeting point away, by nearly two steps each: the search only
 * catches up with it while they allocate less than half as often as it does. So it is short and fast: 128 flows in an
 * eighth of a second meet at 200 foreign ones a second on both sides, at 8 ms a step it was 20.
 */
const STEPS = 128;
const STEP_INTERVAL_MS = 1;
/** The same flows once more, which makes no mapping: the datagram of the two that met may have been lost. */
const PASSES = 2;
const PASS_PAUSE_MS = 200;

/** `stride` is 1 on the one side and 2 on the other; all from the sampled socket. */
export function* unequalSteps(
  { peerPort, peerDelta }: SearchSide,
  stride: 1 | 2,
): Generator<Probe> {
  for (let pass = 0; pass < PASSES; pass++) {
    for (let i = 0; i < STEPS; i++) {
      const port = wrapPort(peerPort + (1 + i * stride) * peerDelta);
      const afterMs = i > 0 ? STEP_INTERVAL_MS : pass * PASS_PAUSE_MS;
      yield { socket: 0, port, priming: false, afterMs };
    }
  }
}
