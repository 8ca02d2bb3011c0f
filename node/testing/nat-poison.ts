import type { Address } from "../../wire/address.ts";

/** Linux's timeout of a session that was never replied to. */
const TIMEOUT_MS = 30_000;
const MAX_SESSIONS = 16_384;

/** A router's sessions with those who sent it what it did not translate: its INPUT path accepted that. */
export class RouterSessions {
  /** Expiry by outside endpoint and remote, the next to expire first. BOUNDED: by MAX_SESSIONS. */
  readonly #expiresMs = new Map<string, number>();

  clear(): void {
    this.#expiresMs.clear();
  }

  holds(outside: Address, remote: Address, now: number): boolean {
    if (this.#expiresMs.size === 0) return false;
    return (this.#expiresMs.get(keyOf(outside, remote)) ?? -Infinity) > now;
  }

  /** A datagram came that no inside host gets. */
  note(outside: Address, remote: Address, now: number): void {
    for (const [key, expiresMs] of this.#expiresMs) {
      if (expiresMs > now) break;
      this.#expiresMs.delete(key);
    }
    const key = keyOf(outside, remote);
    this.#expiresMs.delete(key);
    if (this.#expiresMs.size < MAX_SESSIONS) this.#expiresMs.set(key, now + TIMEOUT_MS);
  }
}

function keyOf(outside: Address, remote: Address): string {
  return `${outside.key} ${remote.key}`;
}
