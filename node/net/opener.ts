import { BoundedMap } from "../../candidates/bounded-map.ts";
import { TokenBuckets } from "../../nat/token-buckets.ts";
import { toHex } from "../../wire/bytes.ts";
import { readSealed, type Sealed } from "../../wire/sealed.ts";
import type { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";
import type { SealedRefusal } from "../core/counters.ts";
import { ReplayWindow } from "./replay-window.ts";
import { keyOfSender, nonceOf } from "./sealer.ts";

/** Contacts, those who ask us, and some who were: each has a sender or two in an hour. */
const MAX_SENDERS = 1_024;
/**
 * Datagrams of strangers that are opened in a second: some 4 % of a processor. Only who has the carry, or heard
 * datagrams sealed under it, gets so far.
 */
const STRANGERS = { perSecond: 4_000, burst: 4_000, most: 1 };
const ALL = "all";

interface Sender {
  readonly key: Uint8Array;
  readonly window: ReplayWindow;
}

/** Opens what others sent in one overlay. */
export class Opener {
  readonly #ctx: Context;
  readonly #overlay: Uint8Array;
  readonly #carry: Carry;
  /** Of whom something was opened, the one heard longest ago first. BOUNDED: by MAX_SENDERS. */
  readonly #senders = new BoundedMap<string, Sender>(MAX_SENDERS);
  readonly #strangers = new TokenBuckets(STRANGERS);

  constructor(ctx: Context, overlay: Uint8Array, carry: Carry) {
    this.#ctx = ctx;
    this.#overlay = overlay;
    this.#carry = carry;
  }

  /** What is sealed in the datagram, a datagram without its overlay id; or why it is not looked at. */
  open(datagram: Uint8Array, isValidated: boolean): Uint8Array | SealedRefusal {
    const sealed = readSealed(datagram);
    if (sealed === undefined) return "rejected: sealed-malformed";
    // What costs least comes first: a flood of noise costs a short hash each.
    if (this.#carry.hint(sealed.sender) !== sealed.hint)
      return "rejected: sealed under another key";
    const name = toHex(sealed.sender);
    const known = this.#senders.use(name);
    if (known?.window.accepts(sealed.counter) === false) return "rejected: sealed datagram again";
    if (!isValidated && !this.#strangers.take(ALL, this.#ctx.now)) return "gate: sealed";
    return this.#opened(sealed, known ?? this.#newSender(sealed), name);
  }

  #opened(sealed: Sealed, sender: Sender, name: string): Uint8Array | SealedRefusal {
    const { counter, head, ciphertext } = sealed;
    const plain = this.#ctx.crypto.open(sender.key, nonceOf(counter), head, ciphertext);
    if (plain === undefined) return "rejected: sealed and altered";
    sender.window.came(counter);
    // Only now: who cannot seal makes nobody forgotten.
    this.#senders.set(name, sender);
    return plain;
  }

  #newSender({ sender }: Sealed): Sender {
    const key = keyOfSender(this.#carry, this.#overlay, sender);
    return { key, window: new ReplayWindow() };
  }
}
