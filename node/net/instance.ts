import { equalBytes } from "../../wire/bytes.ts";
import { INSTANCE_BYTES } from "../../wire/limits.ts";
import type { Context } from "../core/context.ts";

/** How long answers may come that name us by the instance before. */
const EARLIER_MS = 60_000;

/**
 * By what others know us in one overlay, until our network is another one or we start again: so nobody who sees several
 * overlays, or us in several networks, can tell by it that we are the same.
 */
export class Instance {
  readonly #ctx: Context;
  #present: Uint8Array;
  #earlier: { bytes: Uint8Array; untilMs: number } | undefined;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#present = ctx.random.bytes(INSTANCE_BYTES);
  }

  /** 8 bytes, not to be changed. */
  get bytes(): Uint8Array {
    return this.#present;
  }

  /** Whether it is ours, or was a moment ago. */
  isOurs(instance: Uint8Array): boolean {
    const earlier = this.#earlier;
    if (equalBytes(instance, this.#present)) return true;
    return (
      earlier !== undefined &&
      this.#ctx.now < earlier.untilMs &&
      equalBytes(instance, earlier.bytes)
    );
  }

  renew(): void {
    this.#earlier = { bytes: this.#present, untilMs: this.#ctx.now + EARLIER_MS };
    this.#present = this.#ctx.random.bytes(INSTANCE_BYTES);
  }
}
