import { pcapHeader, pcapPacket } from "../../node/record/pcap.ts";
import { concatBytes } from "../../wire/bytes.ts";
import { WALL_ORIGIN_MS } from "../../node/testing/clock.ts";
import type { Network } from "../../node/testing/network.ts";

/** Some 4 million datagrams; a longer run is cut off. */
const MAX_TRACE_BYTES = 1_000_000_000;

/**
 * What was delivered, as a packet capture of the public network: source as the receiver sees it, destination as the
 * sender wrote it, moment of arrival.
 */
export class PcapTrace {
  /** BOUNDED: by MAX_TRACE_BYTES. */
  readonly #parts: Uint8Array[] = [pcapHeader()];
  #bytes = 0;
  packets = 0;

  /** `now` gives virtual milliseconds. */
  record(network: Network, now: () => number): void {
    network.onDatagram(({ from, to, bytes }, fate) => {
      if (fate !== "delivered" || this.#bytes >= MAX_TRACE_BYTES) return;
      const packet = pcapPacket(from, to, bytes, WALL_ORIGIN_MS + now());
      this.#parts.push(packet);
      this.#bytes += packet.length;
      this.packets++;
    });
  }

  /** The file. */
  bytes(): Uint8Array {
    return concatBytes(...this.#parts);
  }
}
