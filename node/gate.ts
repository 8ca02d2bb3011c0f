import type { Address } from "../wire/address.ts";
import { MAX_DATAGRAM_BYTES, OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "../wire/limits.ts";

/** What an IP that nobody validated may send: a first contact takes one or two datagrams, many users share an IP. */
const STRANGER_PER_SECOND = 50;
const STRANGER_BURST = 200;
const MAX_STRANGERS = 8_192;

interface Allowance {
  datagrams: number;
  atMs: number;
}

/** The questions that cost next to nothing, asked of a datagram before it is decoded. */
export class Gate {
  /** By IP. BOUNDED: by MAX_STRANGERS; the one heard longest ago makes room. */
  readonly #strangers = new Map<string, Allowance>();

  /** Why the datagram is not worth decoding; undefined when it is. */
  refuses(
    bytes: Uint8Array,
    from: Address,
    isValidated: boolean,
    now: number,
  ): "gate: size" | "gate: rate" | undefined {
    if (bytes.length > MAX_DATAGRAM_BYTES) return "gate: size";
    if (bytes.length <= OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES) return "gate: size";
    return isValidated || this.#allows(from, now) ? undefined : "gate: rate";
  }

  #allows(from: Address, now: number): boolean {
    const ip = from.host;
    const known = this.#strangers.get(ip);
    const earned = known === undefined ? 0 : ((now - known.atMs) * STRANGER_PER_SECOND) / 1_000;
    const datagrams = Math.min(STRANGER_BURST, (known?.datagrams ?? STRANGER_BURST) + earned) - 1;
    if (datagrams < 0) return false;
    this.#strangers.delete(ip);
    this.#strangers.set(ip, { datagrams, atMs: now });
    if (this.#strangers.size > MAX_STRANGERS) {
      this.#strangers.delete(this.#strangers.keys().next().value!);
    }
    return true;
  }
}
