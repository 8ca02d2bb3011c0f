/**
 * How far behind the newest datagram of its sender one may come: a tenth of a second of the fastest lines, on which
 * some datagrams take another way. WireGuard has 8,192, IPsec 64.
 */
export const WINDOW_DATAGRAMS = 2_048;
const WORD_BITS = 32;
const WORDS = WINDOW_DATAGRAMS / WORD_BITS;

/** Of one sender, which datagrams came: none counts twice (RFC 4303 section 3.4.3). */
export class ReplayWindow {
  /** One bit for each counter, at its place modulo the window. BOUNDED: 256 bytes. */
  readonly #came = new Uint32Array(WORDS);
  #newest = -1;

  /** Whether this one may still be taken. */
  accepts(counter: number): boolean {
    if (counter > this.#newest) return true;
    if (counter <= this.#newest - WINDOW_DATAGRAMS) return false;
    return (this.#came[wordOf(counter)]! & bitOf(counter)) === 0;
  }

  /** It came, and is what it seems. */
  came(counter: number): void {
    if (counter > this.#newest) this.#advance(counter);
    this.#came[wordOf(counter)]! |= bitOf(counter);
  }

  #advance(newest: number): void {
    const passed = newest - this.#newest;
    if (passed >= WINDOW_DATAGRAMS) this.#came.fill(0);
    else {
      for (let counter = this.#newest + 1; counter <= newest; counter += 1) {
        this.#came[wordOf(counter)]! &= ~bitOf(counter);
      }
    }
    this.#newest = newest;
  }
}

function wordOf(counter: number): number {
  return Math.floor((counter % WINDOW_DATAGRAMS) / WORD_BITS);
}

function bitOf(counter: number): number {
  return 1 << (counter % WORD_BITS);
}
