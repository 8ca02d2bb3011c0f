import type { Address } from "../wire/address.ts";
import { toHex } from "../wire/bytes.ts";
import { REQUEST_TIMEOUT_MS } from "./constants.ts";

/** What every outstanding request has; whoever keeps them adds what it needs. */
export interface Outstanding {
  /** 8 random bytes that the response repeats. */
  readonly identifier: Uint8Array;
  readonly to: Address;
  /** Monotonic ms of the first sending; sending again does not prolong it. */
  readonly sentMs: number;
}

/**
 * Requests that wait for their response. An identifier is good for one response, from the address asked, for
 * REQUEST_TIMEOUT_MS. BOUNDED: by maxOutstanding.
 */
export class Requests<T extends Outstanding> {
  readonly #maxOutstanding: number;
  /** Oldest first. */
  readonly #byIdentifier = new Map<string, T>();

  constructor(maxOutstanding: number) {
    this.#maxOutstanding = maxOutstanding;
  }

  get size(): number {
    return this.#byIdentifier.size;
  }

  /** False when too many are outstanding, or this identifier is: then it is not to be sent. */
  add(request: T): boolean {
    const key = toHex(request.identifier);
    if (this.#byIdentifier.size >= this.#maxOutstanding || this.#byIdentifier.has(key))
      return false;
    this.#byIdentifier.set(key, request);
    return true;
  }

  /** The request that a response answers, which stays outstanding. */
  get(identifier: Uint8Array, from: Address, now: number): T | undefined {
    const request = this.#byIdentifier.get(toHex(identifier));
    const isAnswered = request?.to.key === from.key && !hasTimedOut(request, now);
    return isAnswered ? request : undefined;
  }

  /** The same, no longer outstanding. Others' responses change nothing. */
  match(identifier: Uint8Array, from: Address, now: number): T | undefined {
    const request = this.get(identifier, from, now);
    if (request !== undefined) this.delete(identifier);
    return request;
  }

  /** Those to an address. */
  to({ key }: Address): T[] {
    return [...this.#byIdentifier.values()].filter((request) => request.to.key === key);
  }

  delete(identifier: Uint8Array): void {
    this.#byIdentifier.delete(toHex(identifier));
  }

  /** Takes out the requests that nobody will answer any more. */
  expired(now: number): T[] {
    const expired: T[] = [];
    for (const [key, request] of this.#byIdentifier) {
      if (!hasTimedOut(request, now)) break;
      this.#byIdentifier.delete(key);
      expired.push(request);
    }
    return expired;
  }

  /** Forgets all of them: the network they were sent into is gone. */
  clear(): void {
    this.#byIdentifier.clear();
  }
}

function hasTimedOut(request: Outstanding, now: number): boolean {
  return now >= request.sentMs + REQUEST_TIMEOUT_MS;
}
