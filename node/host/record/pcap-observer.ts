import { Address, parseIp } from "../../../wire/address.ts";
import type { Effect } from "../../core/effects.ts";
import type { Input, Instant } from "../../core/inputs.ts";
import type { EngineObserver } from "../../record/engine-observer.ts";
import { pcapHeader, pcapPacket } from "../../record/pcap.ts";

/**
 * What a port is called in a capture when nobody knows it: sockets opened for a search have one that is never asked
 * for.
 */
const UNKNOWN_PORT = 1;

/**
 * Writes every datagram that reaches the engine or leaves it as a packet capture, which Wireshark opens. Our own side
 * stands there as loopback where our sockets take datagrams to any address.
 */
export class PcapObserver implements EngineObserver {
  readonly #write: (packet: Uint8Array) => void;
  /** By `via`: our main sockets. BOUNDED: by them. */
  readonly #own = new Map<number, Address>();

  constructor(write: (packet: Uint8Array) => void) {
    this.#write = write;
    write(pcapHeader());
  }

  input(input: Input, at: Instant): void {
    if (input.kind === "network") this.#learn(input);
    if (input.kind !== "datagram") return;
    const { from, via, bytes } = input;
    this.#write(pcapPacket(from, this.#ownAddress(via, from.family), bytes, at.wall));
  }

  effect(effect: Effect, at: Instant): void {
    if (effect.kind !== "send") return;
    const { to, via, bytes } = effect;
    this.#write(pcapPacket(this.#ownAddress(via, to.family), to, bytes, at.wall));
  }

  #learn({ networks, ports }: Extract<Input, { kind: "network" }>): void {
    for (const { via, family, port } of ports) {
      const ip = networks.find(({ ip }) => (ip.length === 4) === (family === 4))?.ip;
      const host = ip ?? parseIp(family === 4 ? "127.0.0.1" : "::1")!;
      const bytes = new Uint8Array(host.length + 2);
      bytes.set(host);
      bytes.set([port >> 8, port & 255], host.length);
      const address = Address.ofBytes(bytes);
      if (address !== undefined) this.#own.set(via, address);
    }
  }

  #ownAddress(via: number, family: 4 | 6): Address {
    const own = this.#own.get(via);
    if (own?.family === family) return own;
    return Address.of(family === 4 ? "127.0.0.1" : "::1", UNKNOWN_PORT)!;
  }
}
