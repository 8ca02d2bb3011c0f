const NEWLINE = 0x0a;

/** Cuts what flows in into lines, byte for byte, without their newlines. */
export class LineSplitter {
  readonly #most: number;
  /** The beginning of a line whose end has not come. BOUNDED: by `most` and one chunk. */
  #begun: Buffer[] = [];
  #bytes = 0;
  #lines = 0;
  #isTooLong = false;

  /** `most`: bytes of a line. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Lines given out so far. */
  get lines(): number {
    return this.#lines;
  }

  /**
   * Whether the next line is longer than lines may be, so that nothing comes any more; its end may not be there yet.
   */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** The lines that end in this chunk, up to one that is too long. */
  split(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    for (let start = 0; start < chunk.length && !this.#isTooLong;) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline === -1 ? chunk.length : newline;
      this.#begin(chunk.subarray(start, end));
      if (newline !== -1 && !this.#isTooLong) lines.push(this.#finish());
      start = end + 1;
    }
    return lines;
  }

  /** The last line, where it has no newline. */
  end(): Buffer[] {
    return this.#bytes > 0 && !this.#isTooLong ? [this.#finish()] : [];
  }

  #begin(part: Buffer): void {
    this.#begun.push(part);
    this.#bytes += part.length;
    this.#isTooLong = this.#bytes > this.#most;
  }

  #finish(): Buffer {
    const line = this.#begun.length === 1 ? this.#begun[0]! : Buffer.concat(this.#begun);
    this.#begun = [];
    this.#bytes = 0;
    this.#lines++;
    return line;
  }
}
