import { CandidateTable } from "../candidates/table.ts";
import type { Address } from "../wire/address.ts";
import { toHex } from "../wire/bytes.ts";
import type { Message } from "../wire/message.ts";
import type { Context } from "./context.ts";
import { Responder } from "./responder.ts";
import type { CandidateCounts } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";

/** Overlays served at once. */
const MAX_OVERLAYS = 4_096;
/** Candidates of one overlay: with 57.5 s of life each, 17,000 visits per second. */
const MAX_CANDIDATES_PER_OVERLAY = 1_000_000;
/** How often overlays without candidates are let go. */
const SWEEP_MS = 60_000;

interface Served {
  table: CandidateTable;
  responder: Responder;
}

/** Introduces the nodes of any overlay to each other. Stores nothing, walks nowhere, signs nothing. */
export class Tracker {
  readonly #ctx: Context;
  readonly #surroundings: Surroundings;
  /** By overlay id. BOUNDED: by MAX_OVERLAYS; a new one waits until an abandoned one was swept. */
  readonly #served = new Map<string, Served>();

  constructor(ctx: Context, surroundings: Surroundings) {
    this.#ctx = ctx;
    this.#surroundings = surroundings;
  }

  start(): void {
    this.#ctx.timers.plan(this.#ctx.now + SWEEP_MS, () => {
      this.#sweep();
      this.start();
    });
  }

  receive(overlay: Uint8Array, message: Message, from: Address, via: number, bytes: number): void {
    if (message.kind !== "introduction-request") {
      return this.#ctx.count(`rejected: ${message.kind} at a tracker`);
    }
    const key = toHex(overlay);
    const known = this.#served.get(key);
    if (known === undefined && this.#served.size >= MAX_OVERLAYS) {
      return this.#ctx.count("rejected: too many overlays");
    }
    const served = known ?? this.#newServed(overlay);
    // A stranger adds no state: its source may be forged.
    if (served.responder.requested(from, via, message, bytes)) this.#served.set(key, served);
  }

  /** How many nodes each overlay has here. */
  counts(): Map<string, CandidateCounts> {
    const { now } = this.#ctx;
    return new Map([...this.#served].map(([id, { table }]) => [id, table.counts(now)]));
  }

  #newServed(overlay: Uint8Array): Served {
    const table = new CandidateTable({
      maxCandidates: MAX_CANDIDATES_PER_OVERLAY,
      groupCaps: false,
      ownNetwork: this.#surroundings.isOwnNetwork,
    });
    const ctx = this.#ctx;
    const surroundings = this.#surroundings;
    const responder = new Responder({ ctx, overlay: overlay.slice(), table, surroundings });
    return { table, responder };
  }

  #sweep(): void {
    for (const [key, { table }] of this.#served) {
      table.expire(this.#ctx.now);
      const { requested } = table.counts(this.#ctx.now);
      if (requested === 0) this.#served.delete(key);
    }
  }
}
