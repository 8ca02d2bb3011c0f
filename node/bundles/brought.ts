import type { Address } from "../../wire/address.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { BroughtFate } from "../core/brought-fate.ts";
import type { Input } from "../core/inputs.ts";
import { type Admission, NOBODY } from "./admission.ts";

type Bring = Extract<Input, { kind: "import" }>;

/** Bundles that the user brought together. */
interface Portion {
  readonly reference: number;
  readonly from: Address;
  readonly bundles: readonly WireBundle[];
  readonly fates: BroughtFate[];
}

/**
 * What the user brings, such as in a file, goes the way of what others send: through the same checks, in the same
 * queue. It comes in portions, and the next one when all of the last is settled. What needs a grant that came with it
 * is judged again once the grant is on disk.
 */
export class Brought {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #admission: Admission;
  /** By reference. BOUNDED: by what the host brings before it waits. */
  readonly #open = new Map<number, Portion>();

  /** `overlay`: in hexadecimal. */
  constructor(parts: { ctx: Context; overlay: string; admission: Admission }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#admission = parts.admission;
  }

  take({ reference, from, bundles }: Bring): void {
    const portion = { reference, from, bundles, fates: [] };
    this.#open.set(reference, portion);
    this.#judge(portion, [...bundles.keys()]);
  }

  /** None of them is looked at; `failure`: why, in one sentence. */
  refuse({ reference }: Pick<Bring, "reference">, failure: string): void {
    this.#tell(reference, [], failure);
  }

  /** Nothing that is open is waited for any more. */
  stop(failure: string): void {
    const portions = [...this.#open.values()];
    this.#open.clear();
    for (const portion of portions) this.refuse(portion, failure);
  }

  /** Those of these numbers. */
  #judge(portion: Portion, numbers: readonly number[]): void {
    const { from, bundles, fates } = portion;
    // One more than they are, so that it ends when all have been handed over.
    let unsettled = numbers.length + 1;
    const settle = (): void => {
      if (--unsettled === 0) this.#judged(portion, numbers);
    };
    const tells = (at: number, fate: BroughtFate): void => {
      fates[numbers[at]!] = fate;
      settle();
    };
    const some = numbers.map((number) => bundles[number]!);
    this.#admission.receive(some, { from, isAsked: true, arrivals: NOBODY, tells });
    settle();
  }

  #judged(portion: Portion, numbers: readonly number[]): void {
    const { reference, fates } = portion;
    if (this.#open.get(reference) !== portion) return;
    const awaiting = numbers.filter((number) => fates[number] === "awaiting");
    const isAnyNew = numbers.some((number) => fates[number] === "new");
    // Each round has at least one fewer.
    if (awaiting.length > 0 && isAnyNew) return this.#judge(portion, awaiting);
    this.#open.delete(reference);
    this.#tell(reference, fates);
  }

  #tell(reference: number, fates: BroughtFate[], failure?: string): void {
    const event = { event: "imported", overlay: this.#overlay, reference, fates } as const;
    this.#ctx.notify(failure === undefined ? event : { ...event, failure });
  }
}
