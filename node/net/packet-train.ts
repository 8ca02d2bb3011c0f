import { signed } from "./queueing-delay.ts";

/** What leaves within this time left at once. */
const AT_ONCE_MS = 2;
/** Fewer may have come close together by chance. */
const LEAST_DATAGRAMS = 6;
/** Clocks of 1 ms show nothing of a shorter train. */
const LEAST_MS = 5;

/**
 * Datagrams that left at once: how far apart they come shows what the narrowest place of the path lets through, before
 * anything was sent too fast (packet-train dispersion; Jain and Dovrolis, SIGCOMM 2002).
 */
export class PacketTrain {
  #sentMs: number | undefined;
  #firstMs = 0;
  #bytes = 0;
  #datagrams = 0;

  /** Returns the bytes per second that the train shows by now; undefined while it shows none. */
  arrived(now: number, { bytes, sentMs }: { bytes: number; sentMs: number }): number | undefined {
    if (this.#sentMs === undefined || signed(sentMs - this.#sentMs) > AT_ONCE_MS) {
      this.#sentMs = sentMs;
      this.#firstMs = now;
      this.#bytes = 0;
      this.#datagrams = 1;
      return undefined;
    }
    this.#bytes += bytes;
    this.#datagrams += 1;
    const ms = now - this.#firstMs;
    const isTelling = this.#datagrams >= LEAST_DATAGRAMS && ms >= LEAST_MS;
    return isTelling ? (1_000 * this.#bytes) / ms : undefined;
  }
}
