import type { Address } from "../wire/address.ts";
import { equalBytes } from "../wire/bytes.ts";
import type { Crypto, Random } from "../wire/crypto.ts";
import { TOKEN_BYTES } from "../wire/limits.ts";

/** BEP 5's rule: a new secret every 5 minutes, the previous one still good. A token lives 5 to 10 minutes. */
export const SECRET_LIFETIME_MS = 5 * 60_000;
const SECRET_BYTES = 32;
/**
 * Addresses that come again and again: a keyed hash for each datagram would be a fifth of a tracker's work. As many as
 * are validated at a time, at 150 bytes each.
 */
const MAX_KNOWN = 65_536;

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
  /**
   * By address, the token of the present secret. BOUNDED: by MAX_KNOWN; beyond it nobody is added, since whoever comes
   * in turn would find itself forgotten; all are forgotten with the secret. Only who showed its token is in it: forged
   * sources add nothing.
   */
  readonly #known = new Map<string, Uint8Array>();

  constructor(crypto: Crypto, random: Random) {
    this.#crypto = crypto;
    this.#random = random;
    this.#secret = random.bytes(SECRET_BYTES);
    this.#previous = random.bytes(SECRET_BYTES);
  }

  /** TOKEN_BYTES bytes, which are not to be changed. */
  issue(address: Address, now: number): Uint8Array {
    this.#rotate(now);
    return this.#known.get(address.key) ?? this.#token(this.#secret, address);
  }

  /** Whether we issued this token to this address, recently enough. */
  accepts(address: Address, token: Uint8Array, now: number): boolean {
    this.#rotate(now);
    const known = this.#known.get(address.key);
    const present = known ?? this.#token(this.#secret, address);
    const shown = equalBytes(token, present);
    if (shown && known === undefined) this.#remember(address, present);
    return shown || equalBytes(token, this.#token(this.#previous, address));
  }

  #remember(address: Address, token: Uint8Array): void {
    if (this.#known.size < MAX_KNOWN) this.#known.set(address.key, token);
  }

  #token(secret: Uint8Array, address: Address): Uint8Array {
    return this.#crypto.mac(secret, address.bytes).slice(0, TOKEN_BYTES);
  }

  /** Keeps to the grid of lifetimes, so that a token outlives neither idleness nor a sleep. */
  #rotate(now: number): void {
    this.#sinceMs ??= now;
    const periods = Math.floor((now - this.#sinceMs) / SECRET_LIFETIME_MS);
    if (periods <= 0) return;
    this.#known.clear();
    this.#sinceMs += periods * SECRET_LIFETIME_MS;
    this.#previous = periods === 1 ? this.#secret : this.#random.bytes(SECRET_BYTES);
    this.#secret = this.#random.bytes(SECRET_BYTES);
  }
}
