import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Address } from "../../wire/address.ts";
import type { Input, Port } from "../core/inputs.ts";

/** Of a link that is not UDP: lengths inside take 2 bytes then, as with UDP (wire/sealed.ts). */
export const MAX_LINK_DATAGRAM_BYTES = 16 * 1024;

export type Link = Extract<Input, { kind: "link" }>;

/** What datagrams travel by, so that nothing else of the engine need know what UDP has room for. */
export class Transports {
  readonly #datagramBytes: number;
  /** By `via`. BOUNDED: by the main sockets. */
  #ports = new Map<number, Port>();
  /** By `via`. BOUNDED: by what the host lets in. */
  readonly #links = new Map<number, Link>();
  /** By the key of the address. BOUNDED: by the links. */
  readonly #viaOf = new Map<string, number>();

  /** `datagramBytes`: the budget of a UDP payload. */
  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
  }

  set(ports: readonly Port[]): void {
    this.#ports = new Map(ports.map((port) => [port.via, port]));
  }

  linked(link: Link): void {
    this.#links.set(link.via, link);
    this.#viaOf.set(link.address.key, link.via);
  }

  /** Returns the link that this was. */
  unlinked(via: number): Link | undefined {
    const link = this.#links.get(via);
    if (link === undefined) return undefined;
    this.#links.delete(via);
    this.#viaOf.delete(link.address.key);
    return link;
  }

  get links(): Iterable<Link> {
    return this.#links.values();
  }

  /** By which link an address is reached; undefined when it is by UDP. */
  linkTo(address: Address): number | undefined {
    return this.#viaOf.size === 0 ? undefined : this.#viaOf.get(address.key);
  }

  /** Bytes of a datagram that we send by `via`, at most. */
  budget(via: number): number {
    const { budget = this.#datagramBytes } = this.#ports.get(via) ?? this.#links.get(via) ?? {};
    return Math.min(budget, MAX_LINK_DATAGRAM_BYTES);
  }

  /** Bytes of one that comes by `via`, at most: others may have chosen another budget of a UDP payload. */
  accepts(via: number): number {
    return Math.max(MAX_DATAGRAM_BYTES, this.budget(via));
  }
}
