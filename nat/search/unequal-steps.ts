import { type Probe, type SearchSide, wrapPort } from "./probe.ts";

/**
 * Two sequential allocators. Each datagram to a new port makes a new mapping, so both sides' own ports climb as they search; if
 * both searched in steps of one they would stay apart for ever by what others allocated in between. With steps of one and two
 * they meet: when x flows were allocated on the first side and y on the second, the first's probe x + 2y and the second's x + y
 * name each other's ports (Klinec and Matyas 2014, "baby steps and giant steps").
 */
const STEPS = 64;
const STEP_INTERVAL_MS = 8;

/** `stride` is 1 on the one side and 2 on the other; all from the sampled socket. */
export function* unequalSteps(
  { peerPort, peerDelta }: SearchSide,
  stride: 1 | 2,
): Generator<Probe> {
  for (let i = 0; i < STEPS; i++) {
    const port = wrapPort(peerPort + (1 + i * stride) * peerDelta);
    yield { socket: 0, port, priming: false, afterMs: i === 0 ? 0 : STEP_INTERVAL_MS };
  }
}
