import { CandidateTable } from "../candidates/table.ts";
import type { Address } from "../wire/address.ts";
import { toHex } from "../wire/bytes.ts";
import type { Message } from "../wire/message.ts";
import type { Context } from "./context.ts";
import { Observer } from "./survey/observer.ts";
import { Partners } from "./survey/partners.ts";
import { Responder } from "./responder.ts";
import type { CandidateCounts } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";

/** Overlays served at once. */
const MAX_OVERLAYS = 4_096;
/** Overlays that one IP may have opened: somebody's home has few, and nobody takes them all. */
const MAX_OVERLAYS_PER_IP = 64;
/** Candidates of all overlays, about 500 bytes each: with 57.5 s of life, 17,000 new ones per second. */
const MAX_CANDIDATES = 1_000_000;
/** How often overlays without candidates are let go. */
const SWEEP_MS = 10_000;

interface Served {
  /** IP of whoever came first. */
  opener: string;
  table: CandidateTable;
  responder: Responder;
}

/** Introduces the nodes of any overlay to each other. Stores nothing, walks nowhere, signs nothing. */
export class Tracker {
  readonly partners: Partners;
  readonly #observer: Observer;
  readonly #ctx: Context;
  readonly #surroundings: Surroundings;
  /** By overlay id. BOUNDED: by MAX_OVERLAYS; a new one waits until an abandoned one was swept. */
  readonly #served = new Map<string, Served>();
  /** Overlays by their opener's IP. BOUNDED: by MAX_OVERLAYS. */
  readonly #opened = new Map<string, number>();
  /** Candidates of all overlays, counted anew at every sweep. */
  #candidates = 0;

  constructor(ctx: Context, surroundings: Surroundings) {
    this.#ctx = ctx;
    this.#surroundings = surroundings;
    this.partners = new Partners(ctx, surroundings);
    this.#observer = new Observer(ctx, surroundings, this.partners);
  }

  start(): void {
    this.#ctx.timers.plan(this.#ctx.now + SWEEP_MS, () => {
      this.#sweep();
      this.start();
    });
  }

  receive(overlay: Uint8Array, message: Message, from: Address, via: number, bytes: number): void {
    if (message.kind === "introduction-response") return this.partners.responded(from, message);
    if (message.kind === "puncture-request") return this.partners.requested(from, via, message);
    if (message.kind !== "introduction-request") {
      return this.#ctx.count(`rejected: ${message.kind} at a tracker`);
    }
    const key = toHex(overlay);
    const known = this.#served.get(key);
    const asker = { overlay, bytes, table: known?.table };
    if (message.dialBack && this.#observer.asked(message, from, via, asker)) return;
    if (known === undefined && !this.#mayOpen(from)) {
      return this.#ctx.count("rejected: too many overlays");
    }
    const served = known ?? this.#newServed(overlay, from);
    const isNewcomer = served.table.get(from) === undefined;
    if (isNewcomer && this.#candidates >= MAX_CANDIDATES) {
      return this.#ctx.count("rejected: too many candidates");
    }
    // A stranger adds no state: its source may be forged.
    if (!served.responder.requested(from, via, message, bytes)) return;
    if (isNewcomer) this.#candidates++;
    if (known !== undefined) return;
    this.#served.set(key, served);
    this.#opened.set(from.host, (this.#opened.get(from.host) ?? 0) + 1);
  }

  /** How many nodes each overlay has here. */
  counts(): Map<string, CandidateCounts> {
    const { now } = this.#ctx;
    return new Map([...this.#served].map(([id, { table }]) => [id, table.counts(now)]));
  }

  #mayOpen({ host }: Address): boolean {
    return this.#served.size < MAX_OVERLAYS && (this.#opened.get(host) ?? 0) < MAX_OVERLAYS_PER_IP;
  }

  #newServed(overlay: Uint8Array, { host: opener }: Address): Served {
    const table = new CandidateTable({
      maxCandidates: MAX_CANDIDATES,
      groupCaps: false,
      ownNetwork: this.#surroundings.isOwnNetwork,
    });
    const ctx = this.#ctx;
    const surroundings = this.#surroundings;
    const responder = new Responder({ ctx, overlay: overlay.slice(), table, surroundings });
    return { opener, table, responder };
  }

  #sweep(): void {
    this.#candidates = 0;
    for (const [key, { opener, table }] of this.#served) {
      const { requested } = table.counts(this.#ctx.now);
      this.#candidates += requested;
      if (requested === 0) this.#close(key, opener);
    }
  }

  #close(key: string, opener: string): void {
    this.#served.delete(key);
    const left = this.#opened.get(opener)! - 1;
    if (left > 0) this.#opened.set(opener, left);
    else this.#opened.delete(opener);
  }
}
