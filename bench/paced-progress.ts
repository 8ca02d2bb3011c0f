import { say } from "../node/cli/output.ts";

/** A terminal is written over so often. */
const TERMINAL_INTERVAL_MS = 100;
/** A file or pipe gets a new line so often at most. */
const LINE_INTERVAL_MS = 1_000;

/** What a long run is doing, on stderr: in place on a terminal, else a line now and then. */
export class PacedProgress {
  readonly #isTerminal: boolean = process.stderr.isTTY === true;
  #shownMs = -Infinity;

  show(text: string): void {
    const now = performance.now();
    const interval = this.#isTerminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS;
    if (now - this.#shownMs < interval) return;
    this.#shownMs = now;
    if (this.#isTerminal) process.stderr.write(`\r${text}\u001b[K`);
    else say(text);
  }

  /** Leaves no trace on a terminal. */
  clear(): void {
    if (this.#isTerminal) process.stderr.write("\r\u001b[K");
  }
}
