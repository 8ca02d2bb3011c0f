import type { Address } from "../../wire/address.ts";
import { type IpKey, ipKey } from "./addresses.ts";
import type { NatBehaviour } from "./nat-kinds.ts";

interface InsideHost {
  sessions: number;
  /** New sessions that the limit still allows, as of `filledMs`. */
  tokens: number;
  filledMs: number;
}

/** What a NAT device counts per inside host: sessions against the quota, new ones against the limit. */
export class InsideHosts {
  readonly #behaviour: NatBehaviour;
  /** By inside IP. BOUNDED: by the LAN's hosts. */
  readonly #hosts = new Map<IpKey, InsideHost>();

  constructor(behaviour: NatBehaviour) {
    this.#behaviour = behaviour;
  }

  reboot(): void {
    this.#hosts.clear();
  }

  isOverQuota(inside: Address): boolean {
    const { sessionQuota } = this.#behaviour;
    return sessionQuota !== undefined && this.#of(inside).sessions >= sessionQuota;
  }

  /** Whether the limit allows a new session now, which counts as made. */
  takeNewFlow(inside: Address, now: number): boolean {
    const limit = this.#behaviour.newFlowLimit;
    if (limit === undefined) return true;
    const host = this.#of(inside);
    host.tokens = Math.min(limit.burst, host.tokens + ((now - host.filledMs) / 1_000) * limit.perS);
    host.filledMs = now;
    if (host.tokens < 1) return false;
    host.tokens--;
    return true;
  }

  /** Sessions were made or, with a negative number, forgotten. */
  count(inside: Address, sessions: number): void {
    this.#of(inside).sessions += sessions;
  }

  #of(inside: Address): InsideHost {
    const ip = ipKey(inside);
    let host = this.#hosts.get(ip);
    if (host === undefined) {
      const tokens = this.#behaviour.newFlowLimit?.burst ?? 0;
      this.#hosts.set(ip, (host = { sessions: 0, tokens, filledMs: 0 }));
    }
    return host;
  }
}
