import { Carry } from "../../node/core/carry.ts";
import type { EpochKey } from "../../node/sets/epoch.ts";
import { sketchKey } from "../../node/sets/element.ts";
import { halfSipHash } from "../../node/sets/siphash.ts";
import type { HeldIndex } from "../../node/store/store.ts";
import { Sealer } from "../../node/net/sealer.ts";
import { BloomFilter } from "../../node/sync/filter/bloom.ts";
import { sketchOf } from "../../node/sync/sketch/sketch.ts";
import { bloomOffer, everything } from "../../node/sync/subset.ts";
import { Address } from "../../wire/address.ts";
import { encode } from "../../wire/encode.ts";
import type { Random } from "../../wire/crypto.ts";
import { SALT_BYTES } from "../../wire/limits.ts";
import { type BloomOffer, type SubsetOffer, UNKNOWN_NAT } from "../../wire/message.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { DEFAULT_CLEAR_BYTES } from "../../wire/sealed.ts";
import { filterBytes, sketchSymbols } from "../../wire/sizes.ts";

const ROOM = filterBytes(DEFAULT_CLEAR_BYTES);
const SYMBOLS = sketchSymbols(DEFAULT_CLEAR_BYTES);
/** Of the day that all offers are of. */
export const EPOCH = 20_000;

/** What those in an overlay share. */
export interface Secret {
  overlay: Uint8Array;
  root: Uint8Array;
}

/** How an offer hides what it says, and from whom. */
export interface Form {
  name: string;
  by: "bloom" | "sketch";
  /** Of a filter. */
  rate: number;
  /**
   * `none`: everybody hashes alike; `salt`: a salt that travels along; `key`: with it, a key of the overlay; `seal`: the
   * shipped datagram, sealed.
   */
  hiding: "none" | "salt" | "key" | "seal";
}

export const FORMS: readonly Form[] = [
  { name: "filter, 1 %, unsalted, in clear", by: "bloom", rate: 0.01, hiding: "none" },
  { name: "filter, 1 %, salted, in clear", by: "bloom", rate: 0.01, hiding: "salt" },
  { name: "filter, 30 %, unsalted, in clear", by: "bloom", rate: 0.3, hiding: "none" },
  { name: "filter, 30 %, salted, in clear", by: "bloom", rate: 0.3, hiding: "salt" },
  { name: "filter, 1 %, keyed, in clear", by: "bloom", rate: 0.01, hiding: "key" },
  { name: "filter, 1 %, sealed (as shipped)", by: "bloom", rate: 0.01, hiding: "seal" },
  { name: "sketch, not keyed, in clear", by: "sketch", rate: 0, hiding: "none" },
  { name: "sketch, keyed, in clear", by: "sketch", rate: 0, hiding: "key" },
  { name: "sketch, keyed and sealed (as shipped)", by: "sketch", rate: 0, hiding: "seal" },
];

/** Bytes of a filter that is just full with so many: an emptier one would have fewer false positives than its rate. */
export function filterRoom(rate: number, held: number): number {
  const bits = (held * Math.log(1 / rate)) / Math.LN2 ** 2;
  return Math.min(ROOM, Math.ceil(bits / 8));
}

/** Makes the datagrams of one node's offers. */
export class Offerer {
  readonly #form: Form;
  readonly #secret: Secret;
  readonly #random: Random;
  readonly #sealer: Sealer;

  constructor(form: Form, secret: Secret, random: Random) {
    this.#form = form;
    this.#secret = secret;
    this.#random = random;
    const carry = new Carry(referenceCrypto, secret.root);
    this.#sealer = new Sealer({ crypto: referenceCrypto, random, now: 0 }, secret.overlay, carry);
  }

  /** An offer of everything held, as it travels. */
  offer(index: HeldIndex): Uint8Array {
    const clear = this.#request(
      this.#form.by === "bloom" ? this.#bloom(index) : this.#sketch(index),
    );
    return this.#form.hiding === "seal" ? this.#sealer.seal(clear) : clear;
  }

  /** What a tracker is asked: in clear, without an offer. */
  bare(): Uint8Array {
    return this.#request(undefined);
  }

  #bloom(index: HeldIndex): BloomOffer {
    const { rate, hiding } = this.#form;
    const subset = everything(index.size * 2);
    const room = filterRoom(rate, index.size);
    const made = bloomOffer(index, subset, room, rate, this.#random).offer;
    if (hiding === "salt" || hiding === "seal") return made;
    // The same filter under another salt than the one that says so.
    const salt = hiding === "none" ? new Uint8Array(SALT_BYTES) : made.salt;
    const under = hiding === "none" ? salt : keyedSalt(made.salt, secretKey(this.#secret));
    const filter = new BloomFilter(new Uint8Array(room), made.functions, under);
    index.ascend(0, (_, w0, w1, w2, w3) => {
      filter.add(w0, w1, w2, w3);
      return true;
    });
    return { ...made, salt, filter: filter.bytes };
  }

  #sketch(index: HeldIndex): SubsetOffer {
    const subset = everything(index.size * 2);
    const key = this.#form.hiding === "none" ? NO_KEY : secretKey(this.#secret);
    const { symbols, count } = sketchOf(index, key, subset, SYMBOLS)!;
    return { kind: "sketch", subset, epoch: EPOCH, count, symbols: symbols.bytes };
  }

  #request(offer: SubsetOffer | undefined): Uint8Array {
    const eight = (): Uint8Array => this.#random.bytes(SALT_BYTES);
    return encode(this.#secret.overlay, {
      kind: "introduction-request",
      identifier: eight(),
      instance: eight(),
      destination: Address.of("11.1.1.1", 6_421)!,
      grant: eight(),
      nat: UNKNOWN_NAT,
      token: eight(),
      advice: false,
      ...(offer !== undefined && { offer }),
    });
  }
}

/** What everybody knows. */
export const NO_KEY: EpochKey = { k0: 0, k1: 0 };

/** What whoever has the ticket knows: the shipped key of sketches. */
export function secretKey({ root }: Secret): EpochKey {
  return sketchKey(referenceCrypto, new Carry(referenceCrypto, root).sets, EPOCH);
}

/** The salt of a filter that only those with the key can test. */
export function keyedSalt(salt: Uint8Array, { k0, k1 }: EpochKey): Uint8Array {
  const words = new DataView(salt.buffer, salt.byteOffset, SALT_BYTES);
  const out = new Uint32Array(2);
  halfSipHash(k0, k1, words.getUint32(0, true), words.getUint32(4, true), 0, 0, out);
  return new Uint8Array(out.buffer.slice(0));
}
