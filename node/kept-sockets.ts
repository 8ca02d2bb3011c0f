import type { CandidateTable } from "../candidates/table.ts";
import type { Context } from "./context.ts";
import type { ExtraSockets } from "./extra-sockets.ts";

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

  keep(via: number): void {
    if (this.#kept.size === 0) this.#sweepLater();
    this.#kept.add(via);
  }

  #sweepLater(): void {
    this.#ctx.timers.plan(this.#ctx.now + SWEEP_MS, () => {
      const used = new Set(this.#table.all(this.#ctx.now).map(({ candidate }) => candidate.via));
      const unused = [...this.#kept].filter((via) => !used.has(via));
      for (const via of unused) this.#kept.delete(via);
      this.#sockets.close(unused);
      if (this.#kept.size > 0) this.#sweepLater();
    });
  }
}
