import type { Crypto } from "../../wire/crypto.ts";
import { halfSipHash } from "../sets/siphash.ts";

/** Of a tag: among a few overlays none is taken for another. */
export const TAG_BYTES = 8;

/**
 * What all who take part in an overlay share, and nobody else knows: it seals datagrams between nodes. Whoever carries
 * an overlay without reading it has this key as well; what bundles say is under another one.
 */
export class Carry {
  /** 32 bytes: keys filters, sketches and fingerprints. */
  readonly sets: Uint8Array;
  readonly #crypto: Crypto;
  readonly #secret: Uint8Array;
  readonly #hintKey: readonly [number, number];

  /** `from`: 32 bytes, a private overlay's root; of a public one its public key, which only its tickets tell. */
  constructor(crypto: Crypto, from: Uint8Array) {
    this.#crypto = crypto;
    this.#secret = crypto.derive(from, "carry");
    this.sets = crypto.derive(this.#secret, "sets");
    const hint = crypto.derive(this.#secret, "hint");
    const view = new DataView(hint.buffer, hint.byteOffset, hint.byteLength);
    this.#hintKey = [view.getUint32(0, true), view.getUint32(4, true)];
  }

  /** The key of one sender's datagrams. `context`: overlay id and sender. */
  datagramKey(context: Uint8Array): Uint8Array {
    return this.#crypto.derive(this.#secret, "datagram", context);
  }

  /** 8 bytes, by which whoever has the carry knows the overlay, and nobody else does. `salt`: drawn anew each time. */
  tag(salt: Uint8Array): Uint8Array {
    return this.#crypto.derive(this.#secret, "tag", salt).slice(0, TAG_BYTES);
  }

  /**
   * 16 bits that go with a sender: they tell those who have the carry, for the price of a short hash, whether a
   * datagram is sealed under it, and nobody else anything.
   */
  hint(sender: Uint8Array): number {
    const [k0, k1] = this.#hintKey;
    halfSipHash(k0, k1, wordAt(sender, 0), wordAt(sender, 4), 0, 0, out);
    return out[0]! & 0xffff;
  }
}

/** 32 bits, little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Reused by every call; holds nothing between calls. */
const out = new Uint32Array(2);
