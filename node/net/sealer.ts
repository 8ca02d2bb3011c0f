import { concatBytes } from "../../wire/bytes.ts";
import { CIPHER_NONCE_BYTES } from "../../wire/crypto.ts";
import { CLEAR_OFFSET, layOut, MAX_COUNTER, SENDER_BYTES } from "../../wire/sealed.ts";
import type { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";

/** A sender is drawn anew so often: nobody can tell for longer which datagrams come from one node. */
export const SENDER_LIFETIME_MS = 3_600_000;

/**
 * Seals what we send in one overlay. Each sender, 8 random bytes, has a key of its own, and its datagrams are counted:
 * so no nonce is used twice under a key, also when the same home runs on two machines, or a machine goes on from an
 * earlier state of it (then the sender is drawn anew).
 */
export class Sealer {
  readonly #ctx: SealerContext;
  readonly #overlay: Uint8Array;
  readonly #carry: Carry;
  #sender: Sender | undefined;

  constructor(ctx: SealerContext, overlay: Uint8Array, carry: Carry) {
    this.#ctx = ctx;
    this.#overlay = overlay;
    this.#carry = carry;
  }

  /** The next datagram is another sender's. */
  renew(): void {
    this.#sender = undefined;
  }

  /** The same datagram, sealed. */
  seal(clear: Uint8Array): Uint8Array {
    const sender = this.#presentSender();
    const { hint, id } = sender;
    const counter = sender.counter++;
    const plain = clear.subarray(CLEAR_OFFSET);
    const laidOut = layOut({ overlay: this.#overlay, hint, sender: id, counter }, plain.length);
    const { datagram, head, ciphertext } = laidOut;
    this.#ctx.crypto.seal(sender.key, nonceOf(counter), head, plain, ciphertext);
    return datagram;
  }

  #presentSender(): Sender {
    const { now } = this.#ctx;
    const known = this.#sender;
    const isGood =
      known !== undefined &&
      now < known.bornMs + SENDER_LIFETIME_MS &&
      known.counter <= MAX_COUNTER;
    if (isGood) return known;
    const id = this.#ctx.random.bytes(SENDER_BYTES);
    this.#sender = {
      id,
      hint: this.#carry.hint(id),
      key: keyOfSender(this.#carry, this.#overlay, id),
      counter: 0,
      bornMs: now,
    };
    return this.#sender;
  }
}

/** `now`: monotonic ms. */
type SealerContext = Readonly<Pick<Context, "crypto" | "random" | "now">>;

interface Sender {
  readonly id: Uint8Array;
  readonly hint: number;
  readonly key: Uint8Array;
  counter: number;
  readonly bornMs: number;
}

/** A sender's counter, and zeroes: its key is used for nothing else. */
export function nonceOf(counter: number): Uint8Array {
  const nonce = new Uint8Array(CIPHER_NONCE_BYTES);
  // Without a DataView: it would move these few bytes to memory of their own, for each datagram.
  nonce[0] = counter;
  nonce[1] = counter >>> 8;
  nonce[2] = counter >>> 16;
  nonce[3] = counter >>> 24;
  return nonce;
}

export function keyOfSender(carry: Carry, overlay: Uint8Array, sender: Uint8Array): Uint8Array {
  return carry.datagramKey(concatBytes(overlay, sender));
}
