import { concatBytes } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { decode, type Decoded } from "../../wire/decode.ts";
import type { Rejection } from "../../wire/rejection.ts";
import { CLEAR_OFFSET, isSealed, readSealed } from "../../wire/sealed.ts";
import { Carry } from "../core/carry.ts";
import { keyOfSender, nonceOf } from "./sealer.ts";

/** Reads everybody's datagrams in one overlay, in whatever order, for who watches and takes no part in it. */
export class DatagramReader {
  /** 20 bytes. */
  readonly overlay: Uint8Array;
  readonly #crypto: Crypto;
  readonly #carry: Carry;

  /** `from`: as of a `Carry`. */
  constructor(crypto: Crypto, overlay: Uint8Array, from: Uint8Array) {
    this.overlay = overlay;
    this.#crypto = crypto;
    this.#carry = new Carry(crypto, from);
  }

  /** What is in a datagram, sealed or not. */
  decode(datagram: Uint8Array, budget?: number): Decoded | Rejection {
    const clear = this.open(datagram);
    return clear === undefined ? { rejected: "sealed" } : decode(clear, budget);
  }

  /** A datagram as it was before it was sealed; undefined when it is sealed under another key. */
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
