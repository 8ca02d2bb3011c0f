import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError, codeOf, messageOf } from "../../host/errors.ts";
import { logPath, logSize, openLog, readLog, readLogFrom } from "./log-file.ts";
import { ownCommand } from "./own-command.ts";
import type { Service, Start } from "./service.ts";

/** A person who watches notices no delay. */
const LOOK_INTERVAL_MS = 200;

/** A process without a terminal, whose log is a file in the home. */
export class Background implements Service {
  readonly #home: string;
  readonly json: Service["json"];
  readonly name: string;

  constructor(home: string) {
    this.#home = home;
    this.json = { as: "background", log: logPath(home) };
    this.name = "in the background";
  }

  async stays(down: string): Promise<string> {
    return `It stays until \`${down}\`, or until this machine starts anew.`;
  }

  async start(runArguments: readonly string[]): Promise<Start> {
    const before = logSize(this.#home);
    const code = this.#spawn(runArguments);
    return {
      ended: async () => code(),
      lines: async () => linesOf(readLogFrom(this.#home, before).text),
    };
  }

  #spawn(runArguments: readonly string[]): () => number | undefined {
    const log = this.#openLog();
    const [program, ...args] = ownCommand();
    let ended: number | undefined;
    // What it prints names its tickets, which are secrets; what it says goes into the log.
    const child = spawn(program, [...args, ...runArguments], {
      cwd: this.#home,
      detached: true,
      env: withoutNpm(process.env),
      stdio: ["ignore", "ignore", log],
      windowsHide: true,
    });
    child.on("error", () => (ended = 1));
    child.on("exit", (code) => (ended = code ?? 1));
    child.unref();
    closeSync(log);
    return () => ended;
  }

  #openLog(): number {
    try {
      return openLog(this.#home);
    } catch (error) {
      const why = codeOf(error) ?? messageOf(error);
      throw new UserError(
        `cannot write the log ${logPath(this.#home)} (${why})`,
        "See whether the disk is full or read-only.",
      );
    }
  }

  async established(): Promise<void> {}

  async stop(): Promise<boolean> {
    return false;
  }

  async lastLines(count: number): Promise<string[] | undefined> {
    const text = readLog(this.#home);
    return text === undefined ? undefined : newest(linesOf(text), count);
  }

  async *follow(count: number): AsyncIterable<string> {
    let at = logSize(this.#home);
    yield* (await this.lastLines(count)) ?? [];
    let unfinished = "";
    for (;;) {
      await sleep(LOOK_INTERVAL_MS);
      const { text, end } = readLogFrom(this.#home, at);
      at = end;
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop()!;
      yield* lines;
    }
  }
}

/** It does not end with the npm or npx by which `dispersy up` was typed. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("npm_")));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** `slice(-0)` would be all. */
function newest(lines: string[], count: number): string[] {
  return lines.slice(Math.max(0, lines.length - count));
}
