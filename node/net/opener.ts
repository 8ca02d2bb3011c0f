import { BoundedMap } from "../../candidates/bounded-map.ts";
import { TokenBuckets } from "../../nat/token-buckets.ts";
import type { Address } from "../../wire/address.ts";
import { equalBytes, toHex } from "../../wire/bytes.ts";
import { readSealed, type Sealed } from "../../wire/sealed.ts";
import type { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";
import type { SealedRefusal } from "../core/counters.ts";
import { ReplayWindow } from "./replay-window.ts";
import { keyOfSender, nonceOf } from "./sealer.ts";

/** Contacts, those who ask us, and some who were: each has a sender or two in an hour. Of each kind. */
const MAX_SENDERS = 1_024;
/**
 * Datagrams of strangers that are opened in a second: some 3 % of a processor, since mostly a key has to be derived.
 * Only who has the carry, or heard datagrams sealed under it, gets so far.
 */
const STRANGERS = { perSecond: 1_000, burst: 2_000, most: 1 };
const ALL = "all";

/** Who sealed what came from an address last: of nearly all datagrams the same. */
interface Last {
  readonly sender: Uint8Array;
  readonly hint: number;
  /** Address and sender: a text put together for every datagram would be hashed for every datagram. */
  readonly name: string;
}

interface Sender {
  readonly key: Uint8Array;
  readonly window: ReplayWindow;
}

/**
 * Opens what others sent in one overlay. Which datagrams came is counted for each sender at each address: everybody who
 * has the carry could seal under another one's sender, and use up its counter. What is played again from elsewhere
 * proves nothing, since tokens and identifiers belong to addresses.
 */
export class Opener {
  readonly #ctx: Context;
  readonly #overlay: Uint8Array;
  readonly #carry: Carry;
  /** At validated addresses, the one heard longest ago first. BOUNDED: by MAX_SENDERS. */
  readonly #senders = new BoundedMap<string, Sender>(MAX_SENDERS);
  /** At others: what is played again from many forged addresses fills this one only. BOUNDED: by MAX_SENDERS. */
  readonly #unproven = new BoundedMap<string, Sender>(MAX_SENDERS);
  /** By address: only of whoever could seal. BOUNDED: by MAX_SENDERS; all are forgotten then. */
  readonly #last = new Map<string, Last>();
  readonly #strangers = new TokenBuckets(STRANGERS);

  constructor(ctx: Context, overlay: Uint8Array, carry: Carry) {
    this.#ctx = ctx;
    this.#overlay = overlay;
    this.#carry = carry;
  }

  /** What is sealed in the datagram, a datagram without its overlay id; or why it is not looked at. */
  open(datagram: Uint8Array, from: Address, isValidated: boolean): Uint8Array | SealedRefusal {
    const sealed = readSealed(datagram);
    if (sealed === undefined) return "rejected: sealed-malformed";
    // What costs least comes first: a flood of noise costs a short hash each.
    const last = this.#lastAt(from, sealed);
    const hint = last?.hint ?? this.#carry.hint(sealed.sender);
    if (hint !== sealed.hint) return "rejected: sealed under another key";
    const name = last?.name ?? `${from.key} ${toHex(sealed.sender)}`;
    const proven = this.#senders.use(name);
    const known = proven ?? this.#unproven.use(name);
    if (known?.window.accepts(sealed.counter) === false) return "rejected: sealed datagram again";
    if (!isValidated && !this.#strangers.take(ALL, this.#ctx.now)) return "gate: sealed";
    const sender = known ?? this.#newSender(sealed);
    const plain = this.#opened(sealed, sender);
    // Only now: who cannot seal makes nobody forgotten.
    if (typeof plain !== "string") {
      const isKept = known !== undefined && (proven !== undefined) === isValidated;
      if (!isKept) (isValidated ? this.#senders : this.#unproven).set(name, sender);
      if (last === undefined) this.#remember(from, sealed, name);
    }
    return plain;
  }

  #lastAt(from: Address, { sender }: Sealed): Last | undefined {
    const last = this.#last.get(from.key);
    return last !== undefined && equalBytes(last.sender, sender) ? last : undefined;
  }

  #remember(from: Address, { sender, hint }: Sealed, name: string): void {
    if (this.#last.size >= MAX_SENDERS) this.#last.clear();
    this.#last.set(from.key, { sender: new Uint8Array(sender), hint, name });
  }

  #opened(sealed: Sealed, sender: Sender): Uint8Array | SealedRefusal {
    const { counter, head, ciphertext } = sealed;
    const plain = this.#ctx.crypto.open(sender.key, nonceOf(counter), head, ciphertext);
    if (plain === undefined) return "rejected: sealed and altered";
    sender.window.came(counter);
    return plain;
  }

  #newSender({ sender }: Sealed): Sender {
    const key = keyOfSender(this.#carry, this.#overlay, sender);
    return { key, window: new ReplayWindow() };
  }
}
