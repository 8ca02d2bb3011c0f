import type { Address } from "../../wire/address.ts";

/** As the NAT devices' default: many forget after 30 s, RFC 6092 asks for 120 s and more. */
const TIMEOUT_MS = 60_000;

/**
 * What stands in front of a home's public addresses, as IPv6 has them: it translates nothing, and lets in only what an
 * address and port inside has sent to (RFC 6092, REC-17's stricter choice).
 */
export class Firewall {
  /** Expiry by inside and remote endpoint. BOUNDED: by the length of a trial. */
  readonly #expiresMs = new Map<string, number>();

  sent(from: Address, to: Address, now: number): void {
    this.#expiresMs.set(`${from.key} ${to.key}`, now + TIMEOUT_MS);
  }

  admits(from: Address, to: Address, now: number): boolean {
    return (this.#expiresMs.get(`${to.key} ${from.key}`) ?? -Infinity) > now;
  }
}
