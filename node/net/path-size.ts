import { MIN_DATAGRAM_BYTES } from "../../wire/limits.ts";

/** A path's size is known as well as that: it takes 6 tests to find, and a short bundle has 100 bytes. */
const STEP_BYTES = 16;
/** When a path is tried for all sizes again: it may have another way by then (RFC 8899 section 5.1.1: 600 s). */
const RAISE_MS = 600_000;

/**
 * How large datagrams may be in one direction of a path: all sizes until a test shows that the largest do not arrive
 * (an MTU black hole), then the least, from which halving goes up to what arrives (RFC 8899). Nothing of it is a clock
 * or a datagram: `nextTest` says which size is to be tested, `passed` and `failed` what came of it.
 */
export class PathSize {
  #limit = Infinity;
  /** The least size that did not arrive. */
  #fails = Infinity;
  #raiseMs = Infinity;

  /** Bytes of a datagram, at most; Infinity while nothing shows that any size is lost. */
  get limit(): number {
    return this.#limit;
  }

  /** The size to be tested next, of `most` that is sent at all; undefined: none, for now. */
  nextTest(most: number, now: number): number | undefined {
    if (this.#limit === Infinity) return undefined;
    if (now >= this.#raiseMs) return most;
    return this.#isFound ? undefined : this.#limit + ((this.#fails - this.#limit) >> 1);
  }

  /** A datagram of so many bytes arrived; `isMost`: none is larger. */
  passed(bytes: number, isMost: boolean, now: number): void {
    if (isMost) {
      this.#limit = this.#fails = Infinity;
    } else if (this.#limit < Infinity) {
      this.#limit = Math.max(this.#limit, bytes);
    }
    this.#settle(now);
  }

  /** Of several datagrams of so many bytes none arrived, while smaller ones did. */
  failed(bytes: number, now: number): void {
    const isWorse = bytes <= this.#limit;
    if (isWorse) this.#limit = MIN_DATAGRAM_BYTES;
    this.#fails = isWorse || now >= this.#raiseMs ? bytes : Math.min(this.#fails, bytes);
    this.#settle(now);
  }

  get #isFound(): boolean {
    return this.#fails - this.#limit <= STEP_BYTES;
  }

  #settle(now: number): void {
    const isKnown = this.#limit < Infinity && this.#isFound;
    this.#raiseMs = isKnown ? now + RAISE_MS : Infinity;
  }
}
