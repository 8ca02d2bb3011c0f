/** Rounding of the two clocks, in seconds: both rules allow for as much. */
const SLACK_S = 2;

interface Reading {
  serverS: number;
  clientS: number;
}

/**
 * Notices that a router lost its mappings: it counts the seconds since then, and its count must keep pace with our
 * clock. RFC 6887 section 8.5 (PCP: may be slower or faster by a sixteenth); RFC 6886 section 3.6 (NAT-PMP: may be
 * slower by an eighth).
 */
export class Epoch {
  readonly #protocol: "pcp" | "nat-pmp";
  #last: Reading | undefined;

  constructor(protocol: "pcp" | "nat-pmp") {
    this.#protocol = protocol;
  }

  /**
   * Takes in the seconds that an answer says, at `now` (monotonic ms). False: the router has lost what it knew before.
   */
  isSame(epochS: number, now: number): boolean {
    const reading = { serverS: epochS, clientS: now / 1_000 };
    const last = this.#last;
    this.#last = reading;
    return last === undefined || this.#keepsPace(last, reading);
  }

  #keepsPace(last: Reading, next: Reading): boolean {
    const server = next.serverS - last.serverS;
    const client = next.clientS - last.clientS;
    if (this.#protocol === "nat-pmp") return server >= (client * 7) / 8 - SLACK_S;
    if (server < -1) return false;
    return server >= (client * 15) / 16 - SLACK_S && client >= (server * 15) / 16 - SLACK_S;
  }
}
