import type { Address } from "../wire/address.ts";

/** Datagrams to one IP, whatever the ports, in UNSOLICITED_WINDOW_MS. */
export const MAX_UNSOLICITED_PER_IP = 3;
export const UNSOLICITED_WINDOW_MS = 5_000;
/** To all IPs together: some 800 a second, more than any honest introducer can cause. */
export const MAX_UNSOLICITED = 4_096;

/**
 * Counts what is sent to addresses that somebody else named and whose holders have not proved themselves, so that no
 * number of introducers can aim us at a victim. A sliding window. BOUNDED: by MAX_UNSOLICITED datagrams in the window;
 * beyond it nothing more is allowed.
 */
export class UnsolicitedBudget {
  /** What was allowed, oldest first from #head. */
  #allowed: { ip: string; atMs: number }[] = [];
  #head = 0;
  readonly #perIp = new Map<string, number>();

  /** Whether one more may be sent to this IP now, and `leave` after it; if so, it counts as sent. */
  allow(target: Address, now: number, leave = 0): boolean {
    this.#expire(now);
    const ip = target.host;
    const count = this.#perIp.get(ip) ?? 0;
    const inWindow = this.#allowed.length - this.#head;
    if (count + leave >= MAX_UNSOLICITED_PER_IP || inWindow >= MAX_UNSOLICITED) return false;
    this.#allowed.push({ ip, atMs: now });
    this.#perIp.set(ip, count + 1);
    return true;
  }

  #expire(now: number): void {
    for (; this.#head < this.#allowed.length; this.#head++) {
      const { ip, atMs } = this.#allowed[this.#head]!;
      if (now < atMs + UNSOLICITED_WINDOW_MS) break;
      const count = this.#perIp.get(ip)! - 1;
      if (count === 0) this.#perIp.delete(ip);
      else this.#perIp.set(ip, count);
    }
    if (this.#head * 2 <= this.#allowed.length) return;
    this.#allowed = this.#allowed.slice(this.#head);
    this.#head = 0;
  }
}
