import type { Address } from "../wire/address.ts";

/** What one validated address may draw from us, on average: more than anybody checks and stores. */
const BYTES_PER_SECOND = 16 * 1024 * 1024;
/** What it may draw at once: several full replies. */
const BURST_BYTES = 512 * 1024;
const MAX_ADDRESSES = 4_096;

interface Account {
  bytes: number;
  atMs: number;
}

/** Limits the bundles that an address gets by its offers, whatever they say: a token bucket per address. */
export class ReplyBudget {
  /** BOUNDED: by MAX_ADDRESSES; the one that drew longest ago makes room. */
  readonly #accounts = new Map<string, Account>();

  /** Bytes that may go to the address now. */
  available(address: Address, now: number): number {
    const account = this.#accounts.get(address.key);
    if (account === undefined) return BURST_BYTES;
    const earned = ((now - account.atMs) * BYTES_PER_SECOND) / 1_000;
    return Math.min(BURST_BYTES, account.bytes + earned);
  }

  spend(address: Address, bytes: number, now: number): void {
    const left = this.available(address, now) - bytes;
    this.#accounts.delete(address.key);
    this.#accounts.set(address.key, { bytes: left, atMs: now });
    if (this.#accounts.size > MAX_ADDRESSES) {
      this.#accounts.delete(this.#accounts.keys().next().value!);
    }
  }
}
