import type { Context } from "../core/context.ts";

/** Requests to the host that it has not answered yet. */
const MAX_WAITING = 64;

/** Sockets besides the main ones: a search opens hundreds for some seconds, and keeps one. */
export class ExtraSockets {
  readonly #ctx: Context;
  /** By job. BOUNDED: by MAX_WAITING. */
  readonly #waiting = new Map<number, (vias: number[]) => void>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** Asks the host for so many; `then` gets the numbers of those it could open, perhaps none. */
  open(family: 4 | 6, count: number, then: (vias: number[]) => void): void {
    if (this.#waiting.size >= MAX_WAITING) return then([]);
    const job = this.#ctx.nextJob();
    this.#waiting.set(job, then);
    this.#ctx.emit({ kind: "open", job, family, count });
  }

  /** The host's answer. */
  opened(job: number, vias: number[]): void {
    const then = this.#waiting.get(job);
    this.#waiting.delete(job);
    if (then === undefined) this.close(vias);
    else then(vias);
  }

  close(via: number[]): void {
    if (via.length > 0) this.#ctx.emit({ kind: "close", via });
  }
}
