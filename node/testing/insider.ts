import type { Crypto, Random } from "../../wire/crypto.ts";
import { encode } from "../../wire/encode.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Message } from "../../wire/message.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import { Carry } from "../core/carry.ts";
import { DatagramReader } from "../net/datagram-reader.ts";
import { Sealer } from "../net/sealer.ts";
import { isSecret } from "../net/secrecy.ts";

/**
 * Somebody who has an overlay's ticket, and so makes and reads its datagrams: for hostile peers, for what measures or
 * watches the datagrams of a simulation, and for tests.
 */
export class Insider extends DatagramReader {
  readonly #sealer: Sealer;

  /** `from`: as of a `Carry`. */
  constructor(parts: { crypto: Crypto; random: Random; overlay: Uint8Array; from: Uint8Array }) {
    const { crypto, random, overlay, from } = parts;
    super(crypto, overlay, from);
    this.#sealer = new Sealer({ crypto, random, now: 0 }, overlay, new Carry(crypto, from));
  }

  /** A datagram, sealed where a node would seal it. */
  encode(message: Message, how: { isToTracker?: boolean; budget?: number } = {}): Uint8Array {
    const { isToTracker = false, budget = MAX_DATAGRAM_BYTES } = how;
    if (!isSecret(message, isToTracker)) return encode(this.overlay, message, budget);
    return this.seal(encode(this.overlay, message, budget - SEALING_BYTES));
  }

  seal(clear: Uint8Array): Uint8Array {
    return this.#sealer.seal(clear);
  }
}
