import type { Address } from "../../wire/address.ts";
import type { VirtualClock } from "../../node/testing/clock.ts";
import type { Endpoint } from "../../node/testing/endpoint.ts";
import type { Network } from "../../node/testing/network.ts";

/** A segment fills an Ethernet frame with the headers of IPv4 and UDP, which the network counts; TCP's are longer. */
const SEGMENT_BYTES = 1_472;
const ACKNOWLEDGEMENT_BYTES = 12;
/** Segments: RFC 6928. */
const INITIAL_WINDOW = 10;
/** So many later arrivals tell that a segment is lost: RFC 5681. */
const REORDERING_SEGMENTS = 3;
/** RFC 9438: the share of the window that is kept after a loss, and how fast it grows back, in segments per s^3. */
const CUBIC_BETA = 0.7;
const CUBIC_C = 0.4;
/** RFC 9438: with it a window grows as Reno's would in the same place. */
const RENO_ALPHA = (3 * (1 - CUBIC_BETA)) / (1 + CUBIC_BETA);
/** Linux's least retransmission time-out. */
const LEAST_TIMEOUT_MS = 200;
const MS_PER_SECOND = 1_000;

/**
 * A long transfer by another program: a model of TCP with CUBIC (RFC 9438) and selective acknowledgements that always
 * has something to send. It counts what arrives; what is lost goes again as a segment with a new number.
 */
export class BulkFlow {
  readonly #clock: VirtualClock;
  readonly #network: Network;
  readonly #from: Endpoint;
  readonly #to: Address;
  /** Segments sent, not acknowledged and not given up: when. BOUNDED: by the window. */
  readonly #underWay = new Map<number, number>();
  #window = INITIAL_WINDOW;
  #slowStartUntil = Infinity;
  /** CUBIC: the window before the last loss, and when it grew from there; the window that Reno would have. */
  #windowAtLoss = 0;
  #growingSinceMs = 0;
  #renoWindow = 0;
  #next = 0;
  #highestAcknowledged = -1;
  /** Losses of segments before this one are one event. */
  #recoveredAt = 0;
  #roundTripMs = 0;
  #variationMs = 0;
  #heardMs = 0;
  /** Bytes that came to the other side, headers not counted. */
  deliveredBytes = 0;

  constructor(clock: VirtualClock, network: Network, from: Endpoint, to: Endpoint) {
    this.#clock = clock;
    this.#network = network;
    this.#from = from;
    this.#to = to.address;
    to.receiver = (_, segment) => {
      this.deliveredBytes += segment.length;
      network.send(to, from.address, segment.subarray(0, ACKNOWLEDGEMENT_BYTES));
    };
    from.receiver = (_, bytes) => this.#acknowledged(numberOf(bytes));
  }

  start(): void {
    this.#heardMs = this.#clock.now;
    this.#fill();
    this.#watch();
  }

  #acknowledged(number: number): void {
    const { now } = this.#clock;
    const sentMs = this.#underWay.get(number);
    this.#heardMs = now;
    if (sentMs === undefined) return;
    this.#underWay.delete(number);
    this.#measure(now - sentMs);
    this.#highestAcknowledged = Math.max(this.#highestAcknowledged, number);
    this.#giveUpOvertaken();
    this.#grow();
    this.#fill();
  }

  /** RFC 6298. */
  #measure(roundTripMs: number): void {
    if (this.#roundTripMs === 0) {
      this.#roundTripMs = roundTripMs;
      this.#variationMs = roundTripMs / 2;
      return;
    }
    const off = Math.abs(roundTripMs - this.#roundTripMs);
    this.#variationMs += (off - this.#variationMs) / 4;
    this.#roundTripMs += (roundTripMs - this.#roundTripMs) / 8;
  }

  #giveUpOvertaken(): void {
    for (const number of this.#underWay.keys()) {
      // In order of sending: the first that is not overtaken ends it.
      if (number > this.#highestAcknowledged - REORDERING_SEGMENTS) break;
      this.#underWay.delete(number);
      if (number >= this.#recoveredAt) this.#shrink(this.#window * CUBIC_BETA);
    }
  }

  #shrink(window: number): void {
    this.#windowAtLoss = this.#window;
    this.#slowStartUntil = Math.max(2, this.#window * CUBIC_BETA);
    this.#window = Math.max(1, window);
    this.#renoWindow = this.#window;
    this.#growingSinceMs = this.#clock.now;
    this.#recoveredAt = this.#next;
  }

  #grow(): void {
    if (this.#window < this.#slowStartUntil) {
      this.#window++;
      return;
    }
    this.#renoWindow += RENO_ALPHA / this.#window;
    const ahead = this.#clock.now - this.#growingSinceMs + this.#roundTripMs;
    const flatAfter = Math.cbrt((this.#windowAtLoss * (1 - CUBIC_BETA)) / CUBIC_C);
    const cubic = this.#windowAtLoss + CUBIC_C * (ahead / MS_PER_SECOND - flatAfter) ** 3;
    const target = Math.min(cubic, 1.5 * this.#window);
    if (target > this.#window) this.#window += (target - this.#window) / this.#window;
    this.#window = Math.max(this.#window, this.#renoWindow);
  }

  #fill(): void {
    while (this.#underWay.size < Math.floor(this.#window)) {
      const segment = new Uint8Array(SEGMENT_BYTES);
      new DataView(segment.buffer).setFloat64(0, this.#next);
      this.#underWay.set(this.#next++, this.#clock.now);
      this.#network.send(this.#from, this.#to, segment);
    }
  }

  /** Nothing was heard for the time-out: all that is under way is lost. */
  #watch(): void {
    const { now } = this.#clock;
    if (now >= this.#heardMs + this.#timeoutMs) {
      this.#underWay.clear();
      this.#shrink(1);
      this.#heardMs = now;
      this.#fill();
    }
    this.#clock.at(this.#heardMs + this.#timeoutMs, { fire: () => this.#watch() });
  }

  get #timeoutMs(): number {
    if (this.#roundTripMs === 0) return MS_PER_SECOND;
    return Math.max(LEAST_TIMEOUT_MS, this.#roundTripMs + 4 * this.#variationMs);
  }
}

function numberOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
}
