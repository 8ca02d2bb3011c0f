/*
 * The compiled program as users run it: real processes, real sockets on loopback, any free port. Needs `npm run build`.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN, requireBuild } from "../helpers/built.ts";
import { STATE_HOME } from "../helpers/state-home.ts";
import { ControlClient } from "../../node/host/control/client.ts";
import type { Status } from "../../node/host/status/node-status.ts";

const LOOPBACK = ["--listen", "127.0.0.1:0"];

export interface Ready {
  event: "ready";
  listen: string[];
  overlays: { overlay: string; ticket: string }[];
}

export interface Row {
  id: string;
  author: string;
  globalTime: number;
  payload: string;
}

export interface Receipt {
  id: string;
  globalTime: number;
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** One process of the program. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Outcome>;
  readonly #stdout: Buffer[] = [];
  #stderr = "";

  /** `inside`: what the command begins with, such as `ip netns exec NAME`. */
  constructor(args: string[], inside: string[] = []) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("DISPERSY_"));
    const own = {
      NO_COLOR: "1",
      DISPERSY_NO_PORTMAP: "1",
      DISPERSY_NO_LAN: "1",
      XDG_STATE_HOME: STATE_HOME,
    };
    const env = { ...Object.fromEntries(inherited), ...own };
    const [command = "", ...words] = [...inside, process.execPath, MAIN, ...args];
    this.child = spawn(command, words, { env });
    this.child.stdout.on("data", (chunk: Buffer) => this.#stdout.push(chunk));
    this.child.stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.child.stdin.on("error", () => {});
    this.ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  /** All that it has printed so far. */
  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }
  get stderr(): string {
    return this.#stderr;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Outcome> {
    this.child.kill(signal);
    return this.ended;
  }

  /** The first line of stdout, as JSON; rejects with what stderr says when the process ends without one. */
  async first<T>(): Promise<T> {
    const lines = new Promise<void>((resolve) => {
      const look = () => this.stdout.includes("\n") && resolve();
      this.child.stdout.on("data", look);
      look();
    });
    await Promise.race([lines, this.ended]);
    const [line] = completeLines(this.stdout);
    if (line === undefined) throw new Error(`ended without a line: ${this.#stderr}`);
    return JSON.parse(line) as T;
  }
}

export interface Serving {
  home: string;
  program: Program;
  ready: Ready;
  ticket: string;
}

/** Everything that a test starts and makes, and its end. */
export class Stage {
  readonly #folder: string;
  readonly #programs = new Set<Program>();
  readonly #atExit = (): void => this.#leave();

  constructor() {
    requireBuild();
    this.#folder = mkdtempSync(join(tmpdir(), "dispersy-e2e-"));
    process.once("exit", this.#atExit);
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  start(args: string[], input: string | Uint8Array = "", inside: string[] = []): Program {
    const program = new Program(args, inside);
    this.#programs.add(program);
    const forget = () => this.#programs.delete(program);
    program.ended.then(forget, forget);
    program.child.stdin.end(input);
    return program;
  }

  /** Runs a command to its end. */
  command(args: string[], input: string | Uint8Array = ""): Promise<Outcome> {
    return this.start(args, input).ended;
  }

  /** Runs a command that must succeed; its stdout. */
  async done(args: string[], input: string | Uint8Array = ""): Promise<string> {
    const { code, stdout, stderr } = await this.command(args, input);
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** A node that serves `home`, on loopback unless told otherwise. */
  async run(
    name: string,
    args: string[] = [],
    listen: string[] = LOOPBACK,
    inside: string[] = [],
  ): Promise<Serving> {
    const home = this.path(name);
    const program = this.start(["run", ...args, "--home", home, "--json", ...listen], "", inside);
    const ready = await program.first<Ready>();
    return { home, program, ready, ticket: ready.overlays[0]!.ticket };
  }

  async tracker(args: string[] = []): Promise<{ program: Program; at: string }> {
    const program = this.start(["tracker", "--json", ...LOOPBACK, ...args]);
    const { listen } = await program.first<Ready>();
    return { program, at: listen[0]! };
  }

  /** Ends our own processes and removes our own files. */
  async clear(): Promise<void> {
    const ends = [...this.#programs].map((program) => program.ended.catch(() => undefined));
    this.#killAll();
    await Promise.all(ends);
    process.off("exit", this.#atExit);
    this.#leave();
  }

  #leave(): void {
    this.#killAll();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #killAll(): void {
    for (const { child } of this.#programs) child.kill("SIGKILL");
  }
}

/** The lines that were printed whole. */
export function completeLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

export function jsonLines<T>(text: string): T[] {
  return completeLines(text).map((line) => JSON.parse(line) as T);
}

export async function list(stage: Stage, home: string, ...args: string[]): Promise<Row[]> {
  return jsonLines<Row>(await stage.done(["ls", "--home", home, "--json", ...args]));
}

/** What a running node says of itself. */
export async function statusOf(home: string): Promise<Status> {
  const client = await ControlClient.connect(home);
  if (client === undefined) throw new Error(`nobody serves ${home}`);
  try {
    return await client.call("status", {});
  } finally {
    client.close();
  }
}

/** Waits for a condition; how long is for a machine that is busy with other tests. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
