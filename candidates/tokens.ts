import type { Address } from "../wire/address.ts";
import { equalBytes } from "../wire/bytes.ts";
import type { Crypto, Random } from "../wire/crypto.ts";
import { TOKEN_BYTES } from "../wire/limits.ts";

/** BEP 5's rule: a new secret every 5 minutes, the previous one still good. A token lives 5 to 10 minutes. */
export const SECRET_LIFETIME_MS = 5 * 60_000;
const SECRET_BYTES = 32;

/**
 * Return routability without state: who shows the token of an address receives what is sent there. A token is the
 * beginning of HMAC-SHA-256(secret, IP and port).
 */
export class Tokens {
  readonly #crypto: Crypto;
  readonly #random: Random;
  #secret: Uint8Array;
  #previous: Uint8Array;
  #sinceMs: number | undefined;

  constructor(crypto: Crypto, random: Random) {
    this.#crypto = crypto;
    this.#random = random;
    this.#secret = random.bytes(SECRET_BYTES);
    this.#previous = random.bytes(SECRET_BYTES);
  }

  /** TOKEN_BYTES bytes. */
  issue(address: Address, now: number): Uint8Array {
    this.#rotate(now);
    return this.#token(this.#secret, address);
  }

  /** Whether we issued this token to this address, recently enough. */
  accepts(address: Address, token: Uint8Array, now: number): boolean {
    this.#rotate(now);
    return (
      equalBytes(token, this.#token(this.#secret, address)) ||
      equalBytes(token, this.#token(this.#previous, address))
    );
  }

  #token(secret: Uint8Array, address: Address): Uint8Array {
    return this.#crypto.mac(secret, address.bytes).slice(0, TOKEN_BYTES);
  }

  /** Keeps to the grid of lifetimes, so that a token outlives neither idleness nor a sleep. */
  #rotate(now: number): void {
    this.#sinceMs ??= now;
    const periods = Math.floor((now - this.#sinceMs) / SECRET_LIFETIME_MS);
    if (periods <= 0) return;
    this.#sinceMs += periods * SECRET_LIFETIME_MS;
    this.#previous = periods === 1 ? this.#secret : this.#random.bytes(SECRET_BYTES);
    this.#secret = this.#random.bytes(SECRET_BYTES);
  }
}
