import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** What a party says. */
export interface Told {
  event: string;
  [field: string]: unknown;
}

/** What a party's process has used since it was told to begin. */
export interface Usage {
  cpuSeconds: number;
  /** How late the event loop was, at its 99th percentile; null where that is not measured. */
  loopDelayP99Ms: number | null;
}

/** Starts a program somewhere else, with a channel to it, as `fork` does here. */
export type Start = (args: string[]) => ChildProcess;

/**
 * One side of a comparison, in a process of its own. Both sides' programs speak the same way: they send objects with an
 * `event`, answer "begin" and "usage" as meter.ts does, and end when disconnected.
 */
export class Party {
  readonly #child: ChildProcess;
  /** BOUNDED: by what a run has to say; emptied by `hears`. */
  #told: Told[] = [];
  #ended = false;
  #wake = (): void => undefined;

  constructor(program: string | Start, ...args: (string | number)[]) {
    const start = typeof program === "string" ? (words: string[]) => fork(program, words) : program;
    this.#child = start(args.map(String));
    this.#child.on("message", (message: Told) => {
      this.#told.push(message);
      this.#wake();
    });
    // Before what it writes to is removed.
    const kill = (): void => void this.#child.kill("SIGKILL");
    process.prependOnceListener("exit", kill);
    this.#child.once("exit", () => {
      process.off("exit", kill);
      this.#ended = true;
      this.#wake();
    });
  }

  /**
   * The next message of this kind; what was said before it is passed over, by way of `meanwhile`. Rejects when the
   * process ends instead.
   */
  async hears(event: string, meanwhile: (told: Told) => void = () => undefined): Promise<Told> {
    for (;;) {
      for (let next = this.#told.shift(); next !== undefined; next = this.#told.shift()) {
        if (next.event === event) return next;
        meanwhile(next);
      }
      if (this.#ended) throw new Error(`${this.#child.spawnargs[1]} ended before "${event}"`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Asks it for something of its own. */
  say(question: object): void {
    this.#child.send(question);
  }

  /** From here on it counts what it uses. */
  begin(): void {
    this.#child.send("begin");
  }

  async usage(): Promise<Usage> {
    this.#child.send("usage");
    return (await this.hears("usage")) as Told & Usage;
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

/** A program of ours beside the module at `url`: like it TypeScript or compiled. */
export function programBeside(url: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(fileURLToPath(url))}`, url));
}
