/** Headers of IPv4 and UDP, which take their time on a line as the payload does. */
export const HEADER_BYTES = 28;
/** A buffer with no room for one full datagram would let none through. */
const LEAST_BUFFER_BYTES = 1_500;
const BITS_PER_BYTE = 8;
const MS_PER_SECOND = 1_000;

export interface BottleneckOptions {
  bitsPerSecond: number;
  /** What may wait, the datagram under way included. */
  bufferBytes: number;
}

/**
 * The narrowest part of a way in one direction: datagrams leave one after the other at the line's rate, and one that
 * finds the buffer full is dropped (drop-tail). All that shares the line shares this object.
 */
export class Bottleneck {
  readonly bitsPerSecond: number;
  readonly bufferBytes: number;
  /** The longest that a datagram waited before its first bit left. */
  longestWaitMs = 0;
  /** Datagrams that found no room. */
  dropped = 0;
  /** Bytes that it carried, headers included. */
  carriedBytes = 0;
  /** When the last bit of all that waits has left. */
  #idleFromMs = 0;

  constructor({ bitsPerSecond, bufferBytes }: BottleneckOptions) {
    if (!(bitsPerSecond > 0)) throw new RangeError("a line has a rate above zero");
    if (!(bufferBytes >= LEAST_BUFFER_BYTES)) {
      throw new RangeError(`a line's buffer holds at least ${LEAST_BUFFER_BYTES} bytes`);
    }
    this.bitsPerSecond = bitsPerSecond;
    this.bufferBytes = bufferBytes;
  }

  /** How long a datagram that comes now waits before its first bit leaves. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#idleFromMs - nowMs);
  }

  /** Time until the last bit of a datagram that comes now has left; undefined when there is no room for it. */
  pass(payloadBytes: number, nowMs: number): number | undefined {
    const bytes = payloadBytes + HEADER_BYTES;
    const waitMs = this.waitMs(nowMs);
    const bytesPerMs = this.bitsPerSecond / BITS_PER_BYTE / MS_PER_SECOND;
    if (waitMs * bytesPerMs + bytes > this.bufferBytes) {
      this.dropped++;
      return undefined;
    }
    this.longestWaitMs = Math.max(this.longestWaitMs, waitMs);
    this.carriedBytes += bytes;
    const passedMs = waitMs + bytes / bytesPerMs;
    this.#idleFromMs = nowMs + passedMs;
    return passedMs;
  }
}
