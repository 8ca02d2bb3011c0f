import type { Address } from "../../../wire/address.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { BroughtFate } from "../../core/brought-fate.ts";
import type { EngineEvent } from "../../core/effects.ts";
import type { Input } from "../../core/inputs.ts";
import { UserError } from "../errors.ts";

interface Waiter {
  overlay: string;
  resolve: (fates: BroughtFate[]) => void;
  reject: (error: UserError) => void;
}

/** Importing as a promise: matches the engine's answers to what was brought. */
export class Importer {
  readonly #input: (input: Input) => void;
  /** BOUNDED: by those who import, each of whom waits for a portion before the next. */
  readonly #waiting = new Map<number, Waiter>();
  #references = 0;
  /** Whether the node is closed. */
  #isClosed = false;

  constructor(input: (input: Input) => void) {
    this.#input = input;
  }

  /** Resolves once each of them is on disk or refused. */
  bring(overlay: string, from: Address, bundles: WireBundle[]): Promise<BroughtFate[]> {
    if (this.#isClosed) return Promise.reject(endedBy(CLOSED));
    const reference = ++this.#references;
    return new Promise((resolve, reject) => {
      this.#waiting.set(reference, { overlay, resolve, reject });
      this.#input({ kind: "import", overlay, reference, from, bundles });
    });
  }

  heard(event: EngineEvent): void {
    if (event.event !== "imported") return;
    const waiter = this.#waiting.get(event.reference);
    this.#waiting.delete(event.reference);
    const { fates, failure } = event;
    if (failure === undefined) waiter?.resolve(fates);
    else waiter?.reject(endedBy(failure));
  }

  /** The overlay was left: nobody answers any more. */
  left(overlay: string): void {
    this.#end("the overlay was left", ({ overlay: of }) => of === overlay);
  }

  /** Nor for any overlay: also a file that is still being read brings nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#end(CLOSED, () => true);
  }

  #end(failure: string, isOver: (waiter: Waiter) => boolean): void {
    for (const [reference, waiter] of this.#waiting) {
      if (!isOver(waiter)) continue;
      this.#waiting.delete(reference);
      waiter.reject(endedBy(failure));
    }
  }
}

const CLOSED = "the node was closed";

function endedBy(failure: string): UserError {
  return new UserError(
    `the import ended: ${failure}`,
    "What came before is kept. Import the file again to have the rest.",
  );
}
