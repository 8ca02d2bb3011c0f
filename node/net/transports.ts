import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Port } from "../core/inputs.ts";

/** Of a link that is not UDP: lengths inside take 2 bytes then, as with UDP (wire/sealed.ts). */
export const MAX_LINK_DATAGRAM_BYTES = 16 * 1024;

/** What datagrams travel by, so that nothing else of the engine need know what UDP has room for. */
export class Transports {
  readonly #datagramBytes: number;
  /** By `via`. BOUNDED: by the main sockets. */
  #ports = new Map<number, Port>();

  /** `datagramBytes`: the budget of a UDP payload. */
  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
  }

  set(ports: readonly Port[]): void {
    this.#ports = new Map(ports.map((port) => [port.via, port]));
  }

  /** Bytes of a datagram that we send by `via`, at most. */
  budget(via: number): number {
    const bytes = this.#ports.get(via)?.budget ?? this.#datagramBytes;
    return Math.min(bytes, MAX_LINK_DATAGRAM_BYTES);
  }

  /** Bytes of one that comes by `via`, at most: others may have chosen another budget of a UDP payload. */
  accepts(via: number): number {
    return Math.max(MAX_DATAGRAM_BYTES, this.budget(via));
  }
}
