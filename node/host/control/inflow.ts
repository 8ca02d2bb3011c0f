/**
 * What a client brings piece by piece, as a stream for one reader. Bringing resolves when the piece is taken, so
 * nothing piles up. BOUNDED: by the requests of a client that are worked on at a time.
 */
export class Inflow implements AsyncIterable<Uint8Array> {
  readonly #pieces: { bytes: Uint8Array; taken: () => void }[] = [];
  #hasEnded = false;
  /** Whether nobody reads any more. */
  #isClosed = false;
  #wake: (() => void) | undefined;

  read(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed || this.#hasEnded) return Promise.resolve();
    return new Promise((taken) => {
      this.#pieces.push({ bytes, taken });
      this.#wake?.();
    });
  }

  ended(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          yield piece.bytes;
          piece.taken();
        } else if (this.#hasEnded) return;
        else await new Promise<void>((wake) => (this.#wake = wake));
      }
    } finally {
      this.close();
    }
  }

  /** Nobody reads any more: what comes is dropped. */
  close(): void {
    this.#isClosed = true;
    for (const { taken } of this.#pieces.splice(0)) taken();
  }
}
