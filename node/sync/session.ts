import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Answer } from "../../wire/message.ts";
import type { Arrivals } from "../admission.ts";

/**
 * One offer under way: from the request that carries it until every bundle that answers it is stored or dropped.
 */
export class Session implements Arrivals {
  readonly peer: Address;
  readonly identifier: Uint8Array;
  /** Bundles of this session that reached the store. */
  stored = 0;
  #expected: number | undefined;
  #received = 0;
  #pending = 0;
  readonly #changed: () => void;

  constructor(peer: Address, identifier: Uint8Array, changed: () => void) {
    this.peer = peer;
    this.identifier = identifier;
    this.#changed = changed;
  }

  belongs(identifier: Uint8Array, from: Address): boolean {
    return from.key === this.peer.key && equalBytes(identifier, this.identifier);
  }

  answered(answer: Answer): void {
    this.#expected = answer.datagrams;
    this.#changed();
  }

  datagramArrived(): void {
    this.#received++;
    this.#changed();
  }

  pending(): void {
    this.#pending++;
  }

  settled(stored: boolean): void {
    this.#pending--;
    if (stored) this.stored++;
    this.#changed();
  }

  get isAnswered(): boolean {
    return this.#expected !== undefined;
  }

  get isSettled(): boolean {
    return this.#pending === 0;
  }

  /** Everything announced has arrived and was dealt with. */
  get isComplete(): boolean {
    return this.isSettled && this.#expected !== undefined && this.#received >= this.#expected;
  }
}
