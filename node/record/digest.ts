const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5 | 0;
/** Any other odd multiplier: the second lane must not follow the first. */
const SECOND_PRIME = 0x85ebca6b | 0;

/** A number and its bits; holds nothing between calls. */
const DOUBLE = new Float64Array(1);
const WORDS = new Int32Array(DOUBLE.buffer);

/**
 * A rolling 64-bit hash of everything that happened, FNV-1a in two lanes: two runs with one digest did the
 * same. Not cryptographic.
 */
export class TraceDigest {
  #low = FNV_OFFSET;
  #high = FNV_OFFSET;

  bytes(bytes: Uint8Array): void {
    let low = this.#low;
    for (let i = 0; i < bytes.length; i++) low = Math.imul(low ^ bytes[i]!, FNV_PRIME);
    this.#low = low;
    this.#high = Math.imul(this.#high ^ low ^ bytes.length, SECOND_PRIME);
  }

  /** Any double, bit for bit. */
  number(value: number): void {
    DOUBLE[0] = value;
    const low = Math.imul(this.#low ^ WORDS[0]!, FNV_PRIME);
    this.#low = Math.imul(low ^ WORDS[1]!, FNV_PRIME);
    this.#high = Math.imul(this.#high ^ this.#low, SECOND_PRIME);
  }

  /** Fills `out` with the 8 bytes of the hash, again and again. */
  write(out: Uint8Array): void {
    for (let i = 0; i < out.length; i++) {
      const word = (i & 4) === 0 ? this.#high : this.#low;
      out[i] = word >>> (24 - 8 * (i & 3));
    }
  }

  /** 16 hexadecimal digits. */
  get value(): string {
    return [this.#high, this.#low]
      .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
      .join("");
  }
}
