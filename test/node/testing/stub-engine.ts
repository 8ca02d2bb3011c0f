import type { Counters } from "../../../node/core/counters.ts";
import type { Effect } from "../../../node/core/effects.ts";
import type { EngineOptions } from "../../../node/engine/engine.ts";
import type { Input, Instant } from "../../../node/core/inputs.ts";
import type { Address } from "../../../wire/address.ts";
import type { EngineLike } from "../../../node/testing/node.ts";

/** Less than the pause is left between two rounds, at random. */
const ROUND_MS = 100;

/**
 * The simplest engine that uses everything a host offers: asks its seeds in rounds, answers every first
 * datagram of an exchange, and on publishing has nothing verified and nothing committed, but done.
 */
export class StubEngine implements EngineLike {
  readonly counters: Counters = new Map();
  readonly inputs: { kind: Input["kind"]; at: Instant }[] = [];
  readonly #random: EngineOptions["random"];
  readonly #effects: Effect[] = [];
  #seeds: Address[] = [];
  #due = Infinity;

  constructor(options: EngineOptions) {
    this.#random = options.random;
  }

  handle(input: Input, at: Instant): void {
    this.inputs.push({ kind: input.kind, at });
    switch (input.kind) {
      case "join":
        this.#seeds = [...input.overlay.seeds, ...input.overlay.remembered];
        this.#due = at.now;
        return;
      case "tick":
        for (const to of this.#seeds) this.#send(to, 0, 1);
        this.#due = at.now + ROUND_MS * (1 + this.#random.float());
        return;
      case "datagram":
        if (input.bytes[0]! > 0) this.#send(input.from, input.via, 0);
        return;
      case "publish":
        this.#effects.push({
          kind: "verify",
          overlay: input.overlay,
          job: input.reference,
          checks: [],
        });
        return;
      case "verified":
        this.#effects.push(this.#commit(input.job));
        return;
      default:
    }
  }

  poll(): Effect | undefined {
    return this.#effects.shift();
  }

  deadline(): number {
    return this.#due;
  }

  overlays(): [] {
    return [];
  }

  peers(): [] {
    return [];
  }

  contacts(): Address[] {
    return this.#seeds;
  }

  nat(): never {
    throw new Error("a stub knows no NAT");
  }

  /** What the next commit effect names; set by the test. */
  overlay = "";

  #commit(batch: number): Effect {
    return {
      kind: "commit",
      overlay: this.overlay,
      batch,
      add: [],
      remove: [],
      clock: batch,
      admitted: batch,
    };
  }

  #send(to: Address, via: number, first: number): void {
    const bytes = this.#random.bytes(200);
    bytes[0] = first;
    this.#effects.push({ kind: "send", to, via, bytes });
  }
}
