import type { CandidateTable } from "../../candidates/table.ts";
import type { Context } from "../core/context.ts";
import type { ExtraSockets } from "../net/extra-sockets.ts";

/** Several sockets may have been hit: within this time the two sides settle on one of them. */
const SETTLING_MS = 1_000;
/** How often sockets that no candidate uses any more are given back. */
const SWEEP_MS = 30_000;

/** Sockets of searches that paths go through, each for as long as a candidate is reached by it. */
export class KeptSockets {
  readonly #ctx: Context;
  readonly #table: CandidateTable;
  readonly #sockets: ExtraSockets;
  /** BOUNDED: by the searches that opened them within SWEEP_MS, and the candidates. */
  readonly #kept = new Set<number>();

  constructor(ctx: Context, table: CandidateTable, sockets: ExtraSockets) {
    this.#ctx = ctx;
    this.#table = table;
    this.#sockets = sockets;
  }

  /** Keeps those of a search that found a path which that path turns out to go through. */
  keep(vias: readonly number[]): void {
    if (vias.length === 0) return;
    const isSwept = this.#kept.size > 0;
    for (const via of vias) this.#kept.add(via);
    this.#sweepAfter(SETTLING_MS, !isSwept);
  }

  /** Gives back what is not used; and again and again, if this is the first sweep of several. */
  #sweepAfter(delayMs: number, isFirst: boolean): void {
    this.#ctx.timers.plan("socket", this.#ctx.now + delayMs, () => {
      const used = new Set(this.#table.all(this.#ctx.now).map(({ candidate }) => candidate.via));
      const unused = [...this.#kept].filter((via) => !used.has(via));
      for (const via of unused) this.#kept.delete(via);
      this.#sockets.close(unused);
      if (this.#kept.size > 0 && isFirst) this.#sweepAfter(SWEEP_MS, true);
    });
  }
}
