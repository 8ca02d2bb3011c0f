import type { Crypto, Random } from "../../wire/crypto.ts";
import { decode, type Decoded } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { concatBytes } from "../../wire/bytes.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Message } from "../../wire/message.ts";
import type { Rejection } from "../../wire/rejection.ts";
import { CLEAR_OFFSET, isSealed, readSealed, SEALING_BYTES } from "../../wire/sealed.ts";
import { Carry } from "../core/carry.ts";
import { keyOfSender, nonceOf, Sealer } from "../net/sealer.ts";
import { isSecret } from "../net/secrecy.ts";

/**
 * Somebody who has an overlay's ticket, and so makes and reads its datagrams: for hostile peers, for what measures or
 * watches the datagrams of a simulation, and for tests.
 */
export class Insider {
  /** 20 bytes. */
  readonly overlay: Uint8Array;
  readonly #crypto: Crypto;
  readonly #carry: Carry;
  readonly #sealer: Sealer;

  /** `from`: as of a `Carry`. */
  constructor(parts: { crypto: Crypto; random: Random; overlay: Uint8Array; from: Uint8Array }) {
    const { crypto, random, overlay, from } = parts;
    this.overlay = overlay;
    this.#crypto = crypto;
    this.#carry = new Carry(crypto, from);
    this.#sealer = new Sealer({ crypto, random, now: 0 }, overlay, this.#carry);
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

  /** What is in anybody's datagram, sealed or not. */
  decode(datagram: Uint8Array, budget?: number): Decoded | Rejection {
    const clear = this.open(datagram);
    return clear === undefined ? { rejected: "sealed" } : decode(clear, budget);
  }

  /** Anybody's datagram as it was before it was sealed; undefined when it is sealed under another key. */
  open(datagram: Uint8Array): Uint8Array | undefined {
    if (!isSealed(datagram)) return datagram;
    const sealed = readSealed(datagram);
    if (sealed === undefined) return undefined;
    const { sender, counter, head, ciphertext } = sealed;
    const key = keyOfSender(this.#carry, this.overlay, sender);
    const plain = this.#crypto.open(key, nonceOf(counter), head, ciphertext);
    return plain && concatBytes(head.subarray(0, CLEAR_OFFSET), plain);
  }
}
