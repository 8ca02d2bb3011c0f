/** Clocks of 50 ppm apart drift by 9 ms meanwhile (RFC 6817 keeps ten). */
const MINUTES = 3;
const MINUTE_MS = 60_000;

/** The least of what was measured in the last minutes. */
export class LeastOfMinutes {
  /** BOUNDED: by MINUTES. */
  #minutes: { minute: number; least: number }[] = [];

  add(value: number, now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    const current = this.#minutes.at(-1);
    if (current?.minute === minute) current.least = Math.min(current.least, value);
    else this.#minutes = [...this.#minutes.slice(1 - MINUTES), { minute, least: value }];
  }

  /** Undefined before the first. */
  get least(): number | undefined {
    if (this.#minutes.length === 0) return undefined;
    return Math.min(...this.#minutes.map(({ least }) => least));
  }

  clear(): void {
    this.#minutes = [];
  }
}
