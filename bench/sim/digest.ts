const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5 | 0;
/** Any other odd multiplier: the second lane must not follow the first. */
const SECOND_PRIME = 0x85ebca6b | 0;

/**
 * A rolling 64-bit hash of everything that happened, FNV-1a in two lanes: two runs with one digest did the
 * same. Not cryptographic.
 */
export class TraceDigest {
  #low = FNV_OFFSET;
  #high = FNV_OFFSET;
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);

  bytes(bytes: Uint8Array): void {
    let low = this.#low;
    for (let i = 0; i < bytes.length; i++) low = Math.imul(low ^ bytes[i]!, FNV_PRIME);
    this.#low = low;
    this.#high = Math.imul(this.#high ^ low ^ bytes.length, SECOND_PRIME);
  }

  /** Any double, bit for bit. */
  number(value: number): void {
    this.#double[0] = value;
    const low = Math.imul(this.#low ^ this.#words[0]!, FNV_PRIME);
    this.#low = Math.imul(low ^ this.#words[1]!, FNV_PRIME);
    this.#high = Math.imul(this.#high ^ this.#low, SECOND_PRIME);
  }

  /** 16 hexadecimal digits. */
  get value(): string {
    return [this.#high, this.#low]
      .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
      .join("");
  }
}
