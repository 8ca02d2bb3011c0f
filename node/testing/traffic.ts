import type { Address } from "../../wire/address.ts";

/** Beyond this many, the rest is counted together. */
const MAX_DESTINATIONS = 1_000_000;

/** What became of a datagram. */
export const FATES = [
  /** Handed to a receiver. */
  "delivered",
  /** Lost on the way. */
  "lost",
  /** Longer than its link takes. */
  "too-large",
  /** The buffer before a narrow line was full. */
  "queue-full",
  /** Sent to a special-purpose address that is not in the sender's LAN. */
  "special",
  /** Nobody has this address, or no process listens there. */
  "unknown",
  /** The receiver's NAT device let it not in. */
  "filtered",
  /** The sender's NAT device had no room for another session, or no port. */
  "nat-full",
  /** The sender's host has as many sessions as its NAT device grants it. */
  "nat-quota",
  /** The sender's host opened sessions faster than its NAT device allows. */
  "nat-limit",
  /** The sender's NAT device lets no UDP out. */
  "blocked",
  /** It had no hop left. */
  "ttl-expired",
  /** Sent to the sender's own outside address, through a device that does not hairpin. */
  "no-hairpin",
] as const;
export type Fate = (typeof FATES)[number];

export interface Traffic {
  datagrams: number;
  bytes: number;
}

/** Counts of what was sent where and what became of it. */
export class TrafficCounters {
  /** Every datagram sent, once. */
  readonly sent: Traffic = { datagrams: 0, bytes: 0 };
  readonly fates = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;
  /** By destination as the sender wrote it. BOUNDED: by MAX_DESTINATIONS. */
  readonly #destinations = new Map<string, Traffic>();
  readonly #others: Traffic = { datagrams: 0, bytes: 0 };

  /** What was sent to an address. */
  to(address: Address): Readonly<Traffic> {
    return this.#destinations.get(address.key) ?? { datagrams: 0, bytes: 0 };
  }

  /** Every destination anybody sent to, in the order of the first datagram. */
  destinations(): IterableIterator<string> {
    return this.#destinations.keys();
  }

  countSent(to: Address, bytes: number): void {
    count(this.sent, bytes);
    let traffic = this.#destinations.get(to.key);
    if (traffic === undefined) {
      if (this.#destinations.size >= MAX_DESTINATIONS) traffic = this.#others;
      else this.#destinations.set(to.key, (traffic = { datagrams: 0, bytes: 0 }));
    }
    count(traffic, bytes);
  }
}

export function count(traffic: Traffic, bytes: number): void {
  traffic.datagrams++;
  traffic.bytes += bytes;
}
