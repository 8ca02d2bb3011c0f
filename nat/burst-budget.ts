import type { Address } from "../wire/address.ts";

/** Searches towards one IP in BURST_WINDOW_MS: one that failed may be tried again with another strategy. */
const MAX_BURSTS_PER_IP = 3;
const BURST_WINDOW_MS = 60_000;
/** To all IPs together in the window: each may send some 3,000 datagrams of 45 bytes. */
const MAX_BURSTS = 6;

/**
 * Searches send many datagrams to one IP: one at a time, and few in a minute, whoever asks for them.
 * BOUNDED: by MAX_BURSTS.
 */
export class BurstBudget {
  #begun: { ip: string; atMs: number }[] = [];
  /** The IP of the search under way. */
  #target: string | undefined;

  /** Whether a search towards this IP may begin now; if so it counts, and none other begins before `end`. */
  begin(target: Address, now: number): boolean {
    this.#begun = this.#begun.filter(({ atMs }) => now < atMs + BURST_WINDOW_MS);
    const toIp = this.#begun.filter(({ ip }) => ip === target.host).length;
    if (this.#target !== undefined) return false;
    if (toIp >= MAX_BURSTS_PER_IP || this.#begun.length >= MAX_BURSTS) return false;
    this.#begun.push({ ip: target.host, atMs: now });
    this.#target = target.host;
    return true;
  }

  end(): void {
    this.#target = undefined;
  }

  /** Whether the search under way is towards this IP. */
  isTarget({ host }: Address): boolean {
    return this.#target === host;
  }
}
