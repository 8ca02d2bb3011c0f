import type { Context } from "../core/context.ts";
import { epochOf, type EpochKey } from "../sets/epoch.ts";
import { fingerprintKey } from "../sets/fingerprint.ts";
import { sketchKey } from "../sets/element.ts";

/** Nodes whose clocks differ by no more than this understand each other's sketches around midnight. */
const BORDER_MS = 3_600_000;

/** The keys of one overlay for today, and around midnight for the day on the other side of it. */
export class Epochs {
  readonly #ctx: Context;
  readonly #overlayKey: Uint8Array;
  #fingerprint: { epoch: number; key: EpochKey } | undefined;
  /** The one used last comes last. BOUNDED: to two, as `understands` lets no more in at a time. */
  #sketch: { epoch: number; key: EpochKey }[] = [];

  /** `overlayKey`: 32 bytes. */
  constructor(ctx: Context, overlayKey: Uint8Array) {
    this.#ctx = ctx;
    this.#overlayKey = overlayKey;
  }

  /** Whole days since 1970. */
  get now(): number {
    return epochOf(this.#ctx.wall);
  }

  /** Whether somebody whose clock is right may use this epoch now. */
  understands(epoch: number): boolean {
    const { wall } = this.#ctx;
    return epoch === epochOf(wall - BORDER_MS) || epoch === epochOf(wall + BORDER_MS);
  }

  /** What fingerprints are made with today. */
  fingerprintKey(): EpochKey {
    const epoch = this.now;
    if (this.#fingerprint?.epoch !== epoch) {
      this.#fingerprint = { epoch, key: fingerprintKey(this.#ctx.crypto, this.#overlayKey, epoch) };
    }
    return this.#fingerprint.key;
  }

  sketchKey(epoch: number): EpochKey {
    const known = this.#sketch.find((entry) => entry.epoch === epoch);
    if (known !== undefined) return known.key;
    const key = sketchKey(this.#ctx.crypto, this.#overlayKey, epoch);
    this.#sketch = [...this.#sketch.slice(-1), { epoch, key }];
    return key;
  }
}
