import { DatagramReader } from "../../node/net/datagram-reader.ts";
import { elementOf } from "../../node/sets/element.ts";
import type { EpochKey } from "../../node/sets/epoch.ts";
import type { Held } from "../../node/sets/held.ts";
import { peel, Symbols } from "../../node/sets/symbols.ts";
import { BloomFilter, capacityOf, functionsOf } from "../../node/sync/filter/bloom.ts";
import { SALT_BYTES } from "../../wire/limits.ts";
import type { BloomOffer, SketchOffer } from "../../wire/message.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { type Form, keyedSalt, NO_KEY, type Secret, secretKey } from "./privacy-offers.ts";

/** What does not belong to a filter, about, at the beginning of a datagram. */
const HEAD_BYTES = 60;
/** What filters are made for. */
const GUESSED_RATE = 0.01;

/** Somebody who knows the ids of many bundles and wants to know which of them the sender of an offer holds. */
export class Observer {
  readonly #form: Form;
  readonly #reader: DatagramReader;
  readonly #key: EpochKey;

  /** `root`: what it takes the overlay's secret for; only an insider is right. */
  constructor(form: Form, { overlay, root }: Secret, knows: "the ticket" | "ids only") {
    this.#form = form;
    const isInsider = knows === "the ticket";
    this.#reader = new DatagramReader(
      referenceCrypto,
      overlay,
      isInsider ? root : new Uint8Array(32),
    );
    this.#key = isInsider && form.hiding !== "none" ? secretKey({ overlay, root }) : NO_KEY;
  }

  /** Of each bundle how likely the sender is to hold it: more is likelier. */
  scores(datagram: Uint8Array, bundles: readonly Held[]): number[] {
    const read = this.#reader.decode(datagram);
    const offer =
      "message" in read && read.message.kind === "introduction-request"
        ? read.message.offer
        : undefined;
    if (offer?.kind === "sketch") return this.#bySketch(offer, bundles);
    return this.#byFilter(offer?.kind === "bloom" ? offer : this.#guess(datagram), bundles);
  }

  /** What cannot be read is taken for what it would be if it were not sealed. */
  #guess(datagram: Uint8Array): BloomOffer {
    const { length } = datagram;
    const filter = datagram.slice(HEAD_BYTES - length);
    const functions = functionsOf(length * 8, capacityOf(length * 8, GUESSED_RATE));
    const subset = { low: 1, high: 1, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 };
    return { kind: "bloom", subset, functions, salt: filter.slice(0, SALT_BYTES), filter };
  }

  #byFilter(offer: BloomOffer, bundles: readonly Held[]): number[] {
    const { functions, filter: bytes } = offer;
    const salt = this.#form.hiding === "key" ? keyedSalt(offer.salt, this.#key) : offer.salt;
    const filter = new BloomFilter(bytes, functions, salt);
    return bundles.map(({ w0, w1, w2, w3 }) => (filter.has(w0, w1, w2, w3) ? 1 : 0));
  }

  /** Takes out of the sketch all that is known: what is left is what the sender lacks. */
  #bySketch(offer: SketchOffer, bundles: readonly Held[]): number[] {
    const elements = bundles.map(({ w0, w1, w2, w3 }) => {
      const element = { x: 0, y: 0 };
      elementOf(this.#key, w0, w1, w2, w3, element);
      return element;
    });
    const symbols = Symbols.ofBytes(offer.symbols);
    for (const { x, y } of elements) symbols.toggle(x, y);
    const lacking = new Set(peel(symbols).map(({ x, y }) => `${x}/${y}`));
    return elements.map(({ x, y }) => (lacking.has(`${x}/${y}`) ? 0 : 1));
  }
}
