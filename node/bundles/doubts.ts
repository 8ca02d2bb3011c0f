import { BoundedMap } from "../../candidates/bounded-map.ts";
import type { Address } from "../../wire/address.ts";
import { subscriber } from "../../wire/address-scope.ts";

/** A damaged datagram is soon forgiven, who goes on waits twice as long each time. */
const FIRST_MS = 1_000;
const MAX_MS = 10 * 60_000;
/** Whoever raised doubts longest ago makes room. */
const MAX_DOUBTED = 4_096;

interface Doubt {
  lastsMs: number;
  untilMs: number;
}

/**
 * Which subscribers sent bad signatures lately. Only of addresses that showed that they receive what we send: nobody
 * can bring another one into doubt. BOUNDED: by MAX_DOUBTED.
 */
export class Doubts {
  readonly #doubts = new BoundedMap<string, Doubt>(MAX_DOUBTED);

  concern(address: Address, now: number): boolean {
    if (this.#doubts.size === 0) return false;
    return now < (this.#doubts.get(subscriber(address))?.untilMs ?? 0);
  }

  /** Another bad one while in doubt changes nothing: it may have been on its way. */
  raise(address: Address, now: number): void {
    const line = subscriber(address);
    const known = this.#doubts.get(line);
    if (known !== undefined && now < known.untilMs) return;
    const isAgain = known !== undefined && now < known.untilMs + known.lastsMs;
    const lastsMs = isAgain ? Math.min(MAX_MS, 2 * known.lastsMs) : FIRST_MS;
    this.#doubts.set(line, { lastsMs, untilMs: now + lastsMs });
  }
}
