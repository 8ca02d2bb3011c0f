import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Inside } from "./slow-middle.ts";

/** A line of JSON that a program printed, and when it came, on this process' clock. */
export interface Told {
  atMs: number;
  event: string;
  [field: string]: unknown;
}

/** A program on a host of the lab that says what happens as JSON lines, as `dispersy run --json` does. */
export class LabProcess {
  readonly #child: ChildProcess;
  /** BOUNDED: by the length of a trial. */
  readonly told: Told[] = [];
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(lab: Inside, host: string, command: readonly string[]) {
    this.#child = lab.spawn(host, command, {
      stdio: ["ignore", "pipe", "inherit"],
      env: environment(),
    });
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.told.push({ atMs: performance.now(), ...(JSON.parse(line) as { event: string }) });
      this.#wake();
    });
    this.#child.once("exit", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The first line that fits, or the nth, also one that came already; undefined when it does not come in time. */
  async hears(
    fits: (told: Told) => boolean,
    timeoutMs: number,
    nth = 1,
  ): Promise<Told | undefined> {
    const end = performance.now() + timeoutMs;
    let [looked, fitting] = [0, 0];
    for (;;) {
      let found: Told | undefined;
      while (found === undefined && looked < this.told.length) {
        const told = this.told[looked++]!;
        if (fits(told) && ++fitting === nth) found = told;
      }
      const left = end - performance.now();
      if (found !== undefined || left <= 0 || this.#ended) return found;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  /** The line that says that it listens. Throws when it does not come. */
  async ready(): Promise<Told> {
    const told = await this.hears(({ event }) => event === "ready", START_TIMEOUT_MS);
    if (told === undefined) throw new Error("a program of the lab did not start");
    return told;
  }

  /** What is measured is over: no drain, no farewell. */
  kill(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.kill("SIGKILL");
    return ended;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

const START_TIMEOUT_MS = 30_000;

/** Without settings of the user's own. */
export function environment(): NodeJS.ProcessEnv {
  const foreign = Object.entries(process.env).filter(([name]) => !name.startsWith("DISPERSY_"));
  return { ...Object.fromEntries(foreign), NO_COLOR: "1" };
}
