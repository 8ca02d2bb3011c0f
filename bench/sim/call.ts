import type { VirtualClock } from "../../node/testing/clock.ts";
import type { Endpoint } from "../../node/testing/endpoint.ts";
import type { Network } from "../../node/testing/network.ts";

/** A voice of 64 kbit/s: 160 bytes of sound 50 times a second, each with an RTP header (RFC 3550, RFC 3551). */
const CALL_BYTES = 172;
const CALL_INTERVAL_MS = 20;

/** One voice of a call: small datagrams at a steady pace, whose delay is what the other side hears. */
export class Call {
  readonly #clock: VirtualClock;
  /** Of each datagram that came, when it was sent and how long it took. BOUNDED: by the length of the call. */
  readonly #arrived: { sentMs: number; delayMs: number }[] = [];

  /** Begins at once and never ends. */
  constructor(clock: VirtualClock, network: Network, from: Endpoint, to: Endpoint) {
    this.#clock = clock;
    to.receiver = (_, bytes) => {
      const sentMs = new DataView(bytes.buffer).getFloat64(0);
      this.#arrived.push({ sentMs, delayMs: clock.now - sentMs });
    };
    const speak = (): void => {
      const sound = new Uint8Array(CALL_BYTES);
      new DataView(sound.buffer).setFloat64(0, clock.now);
      network.send(from, to.address, sound);
      clock.at(clock.now + CALL_INTERVAL_MS, { fire: speak });
    };
    speak();
  }

  /** Milliseconds from sender to receiver of what was sent from `sinceMs` until now. */
  delays(sinceMs: number): number[] {
    const { now } = this.#clock;
    const sent = this.#arrived.filter((one) => one.sentMs >= sinceMs && one.sentMs <= now);
    return sent.map(({ delayMs }) => delayMs);
  }
}
