import { BoundedMap } from "../candidates/bounded-map.ts";
import type { Address } from "../wire/address.ts";
import { subscriber } from "../wire/address-scope.ts";
import { FIRST_PORT } from "./search/probe.ts";

/**
 * Searches towards one IPv4 address or IPv6 /64 in BURST_WINDOW_MS: one that failed may be tried again with another
 * strategy.
 */
const MAX_BURSTS_PER_SUBSCRIBER = 2;
const BURST_WINDOW_MS = 60_000;
/** To all IPs together in the window: each may send some 3,000 datagrams of 45 bytes. */
const MAX_BURSTS = 4;
/**
 * What failed twice will probably fail again: the pause before the next search towards that IP, doubled each time. Many
 * NATs have forgotten a flow by the end of the first pause.
 */
const TRIES_WITHOUT_PAUSE = 2;
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 60 * 60_000;
/** More than a node searches for in an hour. */
const MAX_FAILED = 512;

/** `spent`: failed, and our NAT still holds all the flows that one search may take. `unused`: nothing was sent. */
export type BurstOutcome = "opened" | "failed" | "spent" | "unused";

interface Failed {
  times: number;
  /** No search before this. */
  untilMs: number;
}

/**
 * Searches send many datagrams to one IP: one at a time, few in a minute, whoever asks for them, and fewer and fewer
 * where they are in vain. BOUNDED: by MAX_BURSTS and MAX_FAILED.
 */
export class BurstBudget {
  #begun: { line: string; atMs: number }[] = [];
  /** By IP. */
  readonly #failed = new BoundedMap<string, Failed>(MAX_FAILED);
  /** The IP of the search under way. */
  #target: string | undefined;

  /**
   * Whether a search towards this IP may begin now; if so it counts, and none other begins before `end`. The pause is
   * for whoever begins: the other side takes part when it `isAsked`, or the two would never search at one time.
   */
  begin(target: Address, now: number, isAsked = false): boolean {
    this.#begun = this.#begun.filter(({ atMs }) => now < atMs + BURST_WINDOW_MS);
    const line = subscriber(target);
    const toLine = this.#begun.filter((begun) => begun.line === line).length;
    if (this.#target !== undefined || (!isAsked && this.pauses(target, now))) return false;
    if (toLine >= MAX_BURSTS_PER_SUBSCRIBER || this.#begun.length >= MAX_BURSTS) return false;
    this.#begun.push({ line, atMs: now });
    this.#target = target.host;
    return true;
  }

  /** Whether searches towards this IP failed so often that the next one is not due yet. */
  pauses({ host }: Address, now: number): boolean {
    return now < (this.#failed.get(host)?.untilMs ?? 0);
  }

  /** The search under way is over. */
  end(outcome: BurstOutcome, now: number): void {
    const ip = this.#target;
    this.#target = undefined;
    if (ip === undefined || outcome === "unused") return;
    const least = outcome === "spent" ? TRIES_WITHOUT_PAUSE : 1;
    const times = Math.max(least, (this.#failed.get(ip)?.times ?? 0) + 1);
    if (outcome === "opened") return this.#failed.delete(ip);
    this.#failed.set(ip, { times, untilMs: now + pauseAfter(times) });
  }

  /** The network changed: what failed before may succeed. */
  forgive(): void {
    this.#failed.clear();
  }

  /** Whether the search under way is towards this IP, and a port where a NAT's mappings are. */
  isTarget({ host, port }: Address): boolean {
    return this.#target === host && port >= FIRST_PORT;
  }
}

function pauseAfter(failures: number): number {
  if (failures < TRIES_WITHOUT_PAUSE) return 0;
  return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - TRIES_WITHOUT_PAUSE));
}
