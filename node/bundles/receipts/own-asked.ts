import type { Bundle } from "../../../wire/bundle.ts";
import { equalBytes, toHex } from "../../../wire/bytes.ts";
import type { ReceiptEntry, Stretch } from "../../../wire/kinds/receipt-kind.ts";
import type { EpochKey } from "../../sets/epoch.ts";
import { Fingerprint } from "../../sets/fingerprint.ts";
import { type Held, heldOf, placeKey } from "../../sets/held.ts";

/** The newest; older ones count as held by nobody. 300 bytes each. */
const MAX_ASKED = 16_384;
/** No node gets there; somebody else with our key must not use up our numbers. */
const MAX_SEQUENCE = 2 ** 48;

/** One that asks, by our own key. */
export interface Asked {
  /** Hexadecimal. */
  readonly id: string;
  readonly sequence: number;
  readonly held: Held;
}

/**
 * The bundles by our own key that ask for a receipt, as far as they are held: what the numbers of new ones follow, and
 * what the receipts of others are held against. An older copy of our home gives numbers twice, to different bundles:
 * then others are known to hold one of them only when they hold just those that we do.
 */
export class OwnAsked {
  /** By place, in the order of coming. BOUNDED: by MAX_ASKED. */
  readonly #held = new Map<string, Asked>();
  readonly #sum: Fingerprint;
  #highest = 0;
  /** Up to here, some are not known any more, but in the sum. */
  #forgotten = 0;

  constructor(key: EpochKey) {
    this.#sum = new Fingerprint(key);
  }

  /** The number of the next one. */
  next(): number {
    return ++this.#highest;
  }

  get all(): Iterable<Asked> {
    return this.#held.values();
  }

  get(place: Held): Asked | undefined {
    return this.#held.get(placeKey(place));
  }

  /** Undefined for one that does not ask. */
  add({ id, header }: Bundle): Asked | undefined {
    const { receipt: sequence, globalTime } = header;
    if (sequence === undefined || sequence > MAX_SEQUENCE) return undefined;
    const held = heldOf(globalTime, id);
    // One that was damaged on the disk comes again: it counts once.
    const known = this.get(held);
    if (known !== undefined) return known;
    const asked = { id: toHex(id), sequence, held };
    this.#held.set(placeKey(asked.held), asked);
    this.#sum.add(asked.held);
    this.#highest = Math.max(this.#highest, sequence);
    if (this.#held.size > MAX_ASKED) this.#forgetOldest();
    return asked;
  }

  /** It is not kept any longer. */
  remove(held: Held): void {
    if (this.#held.delete(placeKey(held))) this.#sum.remove(held);
  }

  /** Whether whoever says this holds just those of ours that it says. */
  proves({ through, gaps, check }: ReceiptEntry): boolean {
    const first = Math.min(through, gaps[0]?.[0] ?? Infinity);
    if (through > this.#highest || first <= this.#forgotten) return false;
    const others = new Fingerprint(this.#sum.key);
    for (const { sequence, held } of this.#held.values()) {
      if (sequence > through || isIn(gaps, sequence)) others.add(held);
    }
    return equalBytes(this.#sum.minus(others).bytes, check);
  }

  #forgetOldest(): void {
    const [[key, { sequence }]] = this.#held as unknown as [[string, Asked]];
    this.#forgotten = Math.max(this.#forgotten, sequence);
    this.#held.delete(key);
  }
}

/** Whether the entry says that it is held. */
export function covers({ through, gaps }: ReceiptEntry, sequence: number): boolean {
  return sequence <= through && !isIn(gaps, sequence);
}

function isIn(gaps: readonly Stretch[], sequence: number): boolean {
  return gaps.some(([from, to]) => sequence >= from && sequence <= to);
}
