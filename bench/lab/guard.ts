const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** 128 and SIGINT's number, as shells say it. */
const EXIT_BY_SIGNAL = 130;

/** However this process ends, short of SIGKILL, what it guards goes with it. */
export class Guard {
  readonly #leave: () => void;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  up(): void {
    process.once("exit", this.#leave);
    for (const signal of SIGNALS) process.once(signal, leaveBySignal);
  }

  down(): void {
    process.off("exit", this.#leave);
    for (const signal of SIGNALS) process.off(signal, leaveBySignal);
  }
}

/** Exit listeners run, and with them each lab's end. */
function leaveBySignal(): void {
  process.exit(EXIT_BY_SIGNAL);
}
