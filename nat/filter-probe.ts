import type { Address } from "../wire/address.ts";
import { specialRange } from "../wire/address-scope.ts";

/**
 * A NAT may still let in those that an earlier run sent to from the same port: RFC 4787 REQ-5 recommends 5 minutes and
 * more, and their own datagrams may keep it so (REQ-6) until we answer them.
 */
export const SETTLING_MS = 10 * 60_000;
const MAX_IPS = 65_536;

/**
 * Whom the main sockets ever sent to. A datagram from an IP that is not among them is evidence that our NAT lets in
 * strangers, as where a port is forwarded by hand. BOUNDED: by MAX_IPS; once that is reached nothing is evidence any
 * more.
 */
export class FilterProbe {
  readonly #sentTo = new Set<IpKey>();
  #sinceMs = Infinity;

  /** The sockets, or the network, are new. */
  restart(now: number): void {
    this.#sentTo.clear();
    this.#sinceMs = now;
  }

  sent(to: Address): void {
    if (this.#sentTo.size < MAX_IPS) this.#sentTo.add(ipKey(to));
  }

  /** Whether a datagram from there could not have come through an address-dependent filter. `own`: as others see us. */
  isEvidence(from: Address, own: Address | undefined, now: number): boolean {
    if (now < this.#sinceMs + SETTLING_MS || this.#sentTo.size >= MAX_IPS) return false;
    // Neighbours, also those behind the same NAT, come by another way.
    if (specialRange(from.ip) !== undefined || from.host === own?.host) return false;
    return !this.#sentTo.has(ipKey(from));
  }
}

type IpKey = number | string;

/** Cheaper than text for IPv4: every datagram that is sent asks. */
function ipKey(address: Address): IpKey {
  const { bytes } = address;
  if (address.family === 6) return address.host;
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}
