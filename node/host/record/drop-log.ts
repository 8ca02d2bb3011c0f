import type { Address } from "../../../wire/address.ts";
import type { CounterName, Counters } from "../../core/counters.ts";
import type { Input } from "../../core/inputs.ts";
import type { EngineObserver } from "../../record/engine-observer.ts";
import type { Links } from "../carriers/links.ts";
import type { Log } from "../log.ts";
import { isRefusal } from "./refusals.ts";

interface Told {
  readonly counters: Counters;
  readonly about: ReadonlyMap<CounterName, Address>;
  readonly woke: readonly string[];
}

/**
 * Tells in the log what the engine did with each input: at trace every input, what was due and the events that it
 * counted, at debug those among them that are refusals, with whose datagram it was. Every refusal has a counter, so
 * none is left out.
 */
export class DropLog implements EngineObserver {
  readonly #log: Log;
  readonly #engine: Told;
  readonly #links: Pick<Links, "shown">;
  /** The counters as they were after the last input. BOUNDED: by the names in the code. */
  readonly #seen = new Map<CounterName, number>();
  #input: Input | undefined;

  constructor(log: Log, engine: Told, links: Pick<Links, "shown">) {
    this.#links = links;
    this.#log = log;
    this.#engine = engine;
  }

  input(input: Input): void {
    this.#input = input;
  }

  effect(): void {}

  drained(): void {
    const input = this.#input!;
    const from =
      input.kind === "datagram"
        ? { from: this.#links.shown(input.from).address, bytes: input.bytes.length }
        : {};
    const counted: string[] = [];
    for (const [name, count] of this.#engine.counters) {
      if (this.#seen.get(name) === count) continue;
      this.#seen.set(name, count);
      counted.push(name);
      if (isRefusal(name)) this.#refused(name, from);
    }
    const woke = this.#engine.woke.join("; ");
    this.#log.trace(input.kind, {
      ...from,
      ...(woke !== "" && { woke }),
      ...(counted.length > 0 && { counted: counted.join("; ") }),
    });
  }

  #refused(name: CounterName, from: object): void {
    const about = this.#engine.about.get(name);
    this.#log.debug(name, { ...from, ...(about && { address: this.#links.shown(about).address }) });
  }
}
