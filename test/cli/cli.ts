import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable, Writable } from "node:stream";
import type { TestContext } from "node:test";
import { MAIN, requireBuild } from "../helpers/built.ts";
import { STATE_HOME } from "../helpers/state-home.ts";
import { execute } from "../../node/cli/execute.ts";

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
  /** Flags for node itself. */
  node?: string[];
  /** A program, with its arguments, that runs the command line as its child: `unshare`, `prlimit`, `setpriv`. */
  within?: string[];
}

/** Starts the command line as users do, in its own process, with no settings but those given. */
export function start(args: string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  requireBuild();
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("DISPERSY_"));
  const env = {
    ...Object.fromEntries(inherited),
    NO_COLOR: "1",
    DISPERSY_NO_PORTMAP: "1",
    XDG_STATE_HOME: STATE_HOME,
    ...options.env,
  };
  const own = [process.execPath, ...(options.node ?? []), MAIN, ...args];
  const [program = "", ...rest] = [...(options.within ?? []), ...own];
  return spawn(program, rest, { env });
}

/** Runs the command line to its end. */
export async function dispersy(args: string[], options: RunOptions = {}): Promise<Result> {
  const child = start(args, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return {
    code,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
}

export function jsonLines<T = Record<string, unknown>>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Collects what is written, as a pipe would or, with a width, as a terminal. */
class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly chunks: Buffer[] = [];

  constructor(columns: number | undefined) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/**
 * The same as `dispersy` but in this process, which is much faster; not for commands that stay. The test runner keeps
 * the stream it reports by, so that it does not notice the exchange.
 */
export async function inProcess(
  args: string[],
  { input = "", columns }: { input?: string | Uint8Array; columns?: number } = {},
): Promise<Result> {
  const [stdout, stderr] = [new Sink(columns), new Sink(undefined)];
  const stdin = Readable.from([Buffer.from(input)]);
  const replaced = { stdout, stderr, stdin };
  const real = Object.getOwnPropertyDescriptors(process);
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(process, name, { configurable: true, value });
  }
  try {
    const code = await execute(args);
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    for (const name of Object.keys(replaced) as (keyof typeof replaced)[]) {
      Object.defineProperty(process, name, real[name]);
    }
  }
}

/** An empty folder that goes when the test ends. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-cli-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process that stays: its lines one by one, and a way to end it. */
export class Running {
  readonly child: ChildProcessWithoutNullStreams;
  stderr = "";
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(context: TestContext, args: string[], options: RunOptions = {}) {
    this.child = start(args, options);
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#closed = new Promise((resolve) => {
      this.child.on("close", (code, signal) => resolve({ code, signal }));
    });
    context.after(() => this.stop("SIGKILL"));
  }

  /** The next line of stdout; throws with what stderr says when there is none. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`ended without a line: ${this.stderr}`);
    return value;
  }

  async json<T = Record<string, unknown>>(): Promise<T> {
    return JSON.parse(await this.line()) as T;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return (await this.#closed).code;
  }
}
