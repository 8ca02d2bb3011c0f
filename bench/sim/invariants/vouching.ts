import type { Address } from "../../../wire/address.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Message } from "../../../wire/message.ts";

/** Written down once more, so that a change of the product's own numbers shows. */
const VOUCHERS = 2;
/** An introduction counts for 27.5 s, and what follows from it takes up to a minute more. */
const LIFETIME_MS = 90_000;

/**
 * Whose holders the introducers that the user named have vouched for: two of them, in different networks, named the
 * same run at the same IP. Judged by what one run of a node received.
 */
export class Vouching {
  /** When each network of a named introducer last named a run at an IP. BOUNDED: by what the world's nodes name. */
  readonly #named = new Map<string, Map<string, number>>();
  /** Until when more than a stranger's datagrams may go to an IP. BOUNDED: likewise. */
  readonly #vouched = new Map<string, number>();

  /** A seed said something. */
  heard(from: Address, message: Message, now: number): void {
    if (message.kind === "puncture-request") {
      this.#name(from, message.target, message.instance, now);
    } else if (message.kind === "introduction-response" && message.introduction !== undefined) {
      this.#name(from, message.introduction.address, message.introduction.instance, now);
    }
  }

  isVouchedFor({ host }: Address, now: number): boolean {
    return now < (this.#vouched.get(host) ?? -Infinity);
  }

  #name(from: Address, { host }: Address, instance: Uint8Array, now: number): void {
    const key = `${toHex(instance)} ${host}`;
    const networks = this.#named.get(key) ?? new Map<string, number>();
    this.#named.set(key, networks.set(toHex(from.ip.subarray(0, 2)), now));
    const recent = [...networks.values()].filter((atMs) => now < atMs + LIFETIME_MS);
    if (recent.length >= VOUCHERS) this.#vouched.set(host, now + LIFETIME_MS);
  }
}
