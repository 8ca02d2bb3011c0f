import type { Address } from "../wire/address.ts";
import { UNKNOWN_NAT, type NatSummary } from "../wire/message.ts";
import type { Candidate } from "./candidate.ts";

/** Finds candidates by instance. BOUNDED: by the candidates that are in it. */
export class InstanceIndex {
  /** The longest known first. Nearly everybody is alone, and a set would take as much memory as all else it has. */
  readonly #records = new Map<string, Candidate | Set<Candidate>>();

  add(instance: string, record: Candidate): void {
    const known = this.#records.get(instance);
    if (known instanceof Set) known.add(record);
    else this.#records.set(instance, known === undefined ? record : new Set([known, record]));
  }

  remove(instance: string, record: Candidate): void {
    const known = this.#records.get(instance);
    if (known instanceof Set) {
      known.delete(record);
      if (known.size === 0) this.#records.delete(instance);
    } else if (known === record) this.#records.delete(instance);
  }

  /** The longest known with this instance at another address. */
  find(instance: string, except: Address): Candidate | undefined {
    const known = this.#records.get(instance);
    if (known === undefined) return undefined;
    for (const record of known instanceof Set ? known : [known]) {
      if (record.address.key !== except.key) return record;
    }
    return undefined;
  }
}

/**
 * The candidate as the table keeps it: setting its instance updates the index. All have all fields from the beginning,
 * so that they are of one shape, which is what makes reading them cheap.
 */
export class CandidateRecord implements Candidate {
  address: Address;
  via: number;
  nat: NatSummary = UNKNOWN_NAT;
  isSeed = false;
  storesNothing = false;
  lastAskedMs = -Infinity;
  lastAnsweredMs = -Infinity;
  lastRequestedMs = -Infinity;
  lastIntroducedMs = -Infinity;
  lan: Address | undefined = undefined;
  paidMs: number | undefined = undefined;
  sketchedMs: number | undefined = undefined;
  count: number | undefined = undefined;
  globalTime: number | undefined = undefined;
  admitted: number | undefined = undefined;
  fingerprint: Uint8Array | undefined = undefined;
  control: Candidate["control"] = undefined;
  controlDone: Candidate["controlDone"] = undefined;
  controlInVain = 0;
  isFull = false;
  vain: Candidate["vain"] = undefined;
  namer: Candidate["namer"] = undefined;
  wasSearched: boolean | undefined = undefined;
  readonly #index: InstanceIndex;
  #instance: string | undefined;
  #forgotten = false;

  constructor(address: Address, via: number, index: InstanceIndex) {
    this.address = address;
    this.via = via;
    this.#index = index;
  }

  get instance(): string | undefined {
    return this.#instance;
  }

  set instance(instance: string | undefined) {
    if (instance === this.#instance) return;
    if (this.#instance !== undefined) this.#index.remove(this.#instance, this);
    this.#instance = instance;
    if (instance !== undefined && !this.#forgotten) this.#index.add(instance, this);
  }

  /** The table dropped it: whoever still holds it cannot put it back into the index. */
  forget(): void {
    this.#forgotten = true;
    if (this.#instance !== undefined) this.#index.remove(this.#instance, this);
  }
}
