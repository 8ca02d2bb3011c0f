import type { Address } from "../wire/address.ts";
import { LivenessRecord } from "./liveness.ts";

/**
 * Somebody known by name, who may be no candidate at the moment, when we asked there in this run, and whether it
 * answers.
 */
export class KnownPeer {
  readonly address: Address;
  readonly liveness = new LivenessRecord();
  /** Monotonic ms. */
  askedMs = -Infinity;

  constructor(address: Address) {
    this.address = address;
  }

  asked(now: number): void {
    this.askedMs = now;
    this.liveness.asked(now);
  }
}

/** Those known by name, from the user or from an earlier run. BOUNDED: by who names them. */
export class KnownPeers {
  readonly #peers = new Map<string, KnownPeer>();

  /** False when it is known. */
  add(address: Address): boolean {
    if (this.has(address)) return false;
    this.#peers.set(address.key, new KnownPeer(address));
    return true;
  }

  delete(address: Address): void {
    this.#peers.delete(address.key);
  }

  has(address: Address): boolean {
    return this.#peers.has(address.key);
  }

  get(address: Address): KnownPeer | undefined {
    return this.#peers.get(address.key);
  }

  /** In the order in which they were added. */
  get all(): KnownPeer[] {
    return [...this.#peers.values()];
  }

  /** In the same order. */
  get addresses(): Address[] {
    return this.all.map(({ address }) => address);
  }
}
