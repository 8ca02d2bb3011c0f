import { spawn } from "node:child_process";
import { fstatSync } from "node:fs";
import type { Writable } from "node:stream";
import { EXIT, type FailureCode } from "../host/errors.ts";
import { typed } from "./command-name.ts";
import { escapeControls } from "./text.ts";

/* stdout is data, stderr is talk. */

/** Whether nobody reads stdout any more; what is written then is dropped. */
let closed = false;
/** A reader (`ls | head`) is done when its reader is; a publisher or a node must carry on. */
let outliveReader = false;

/** 128 and the number of SIGPIPE: what shells say of a program that wrote for nobody, such as `tail` of Unix. */
const READER_GONE = 141;

/**
 * To be called once, before anything is written: a closed pipe is no error (the default ends the process loudly), and
 * anything else that stdout cannot take is one, said once: exit code 1, of what outlives its reader at its end.
 */
export function watchStdout(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    const isFirst = !closed;
    closed = true;
    if (error.code !== "EPIPE") {
      if (isFirst) sayError(`stdout takes no more: ${error.message}`, STDOUT_HINT, EXIT.failed);
      process.exitCode = EXIT.failed;
    }
    if (!outliveReader) process.exit(error.code === "EPIPE" ? READER_GONE : EXIT.failed);
  });
  process.stderr.on("error", () => {});
}

const STDOUT_HINT = "What was to be printed is lost, not what was done. Write it to another place.";

/** From now on a closed stdout does not end the process. */
export function carryOnWithoutReader(): void {
  outliveReader = true;
}

/**
 * For a command that follows: it ends when its reader has gone, also while there is nothing to write, which alone would
 * show it. Node cannot ask a pipe for that (poll(2)), but GNU tail does so for itself, on the stdout that it shares
 * with us, and ends when we do (`--pid`). Where tail is another one, we notice at the next write.
 */
export function endWithReader(): void {
  const { fd } = process.stdout;
  if (process.platform === "win32" || !fstatSync(fd).isFIFO()) return;
  const watcher = spawn("tail", ["-f", `--pid=${process.pid}`, "/dev/null"], {
    stdio: ["ignore", fd, "ignore"],
  });
  watcher.on("error", () => {});
  watcher.on("exit", (_code, signal) => {
    if (signal === "SIGPIPE") process.exit(READER_GONE);
  });
  watcher.unref();
  process.once("exit", () => watcher.kill());
}

/** Ends when stdout, which is full, has room again or is closed. */
let room: Promise<void> | undefined;

/** Writes to stdout; resolves when there is room for more, so that a slow reader slows us down. */
export async function write(data: string | Uint8Array): Promise<void> {
  if (closed || process.stdout.write(data)) return;
  room ??= roomIn(process.stdout).finally(() => (room = undefined));
  await room;
}

/** Resolves when a stream that is full has room again, or is closed. Whoever writes to it waits for one of these. */
export function roomIn(stream: Writable): Promise<void> {
  const events = ["drain", "error", "close"] as const;
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** Resolves when all that was written to stdout is with its reader, or nobody reads any more. */
export function written(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    if (closed || stdout.writableFinished) resolve();
    // A command that talks with another one through it has ended it, so that the other one sees the end.
    else if (stdout.writableEnded) stdout.once("finish", resolve).once("close", resolve);
    else stdout.write("", () => resolve());
  });
}

export function writeLine(line: string): Promise<void> {
  return write(`${line}\n`);
}

export function writeJson(value: unknown): Promise<void> {
  return writeLine(JSON.stringify(value));
}

/** One line to the person at the terminal. */
export function say(line: string): void {
  process.stderr.write(`${typed(line)}\n`);
}

export function stdoutIsTerminal(): boolean {
  return process.stdout.isTTY === true;
}

/** Characters per line of what is no terminal, or does not know its width. */
const DEFAULT_WIDTH = 80;

/** Characters per line of the terminal. */
export function terminalWidth(): number {
  // Some terminals say 0: those of containers, and of programs that give them no size.
  return process.stdout.columns || DEFAULT_WIDTH;
}

const BOLD = "\u001b[1m";
const RED = "\u001b[31m";
const RESET = "\u001b[0m";

/** https://no-color.org: any non-empty NO_COLOR switches colours off. */
function colours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}

export function heading(text: string): string {
  return colours(process.stdout) ? `${BOLD}${text}${RESET}` : text;
}

/** The exit code in a word. */
type ErrorCode = "failed" | "usage" | "no-daemon" | "timed-out" | "check-failed" | "refused";

const ERROR_CODES: Record<FailureCode, ErrorCode> = {
  [EXIT.failed]: "failed",
  [EXIT.usage]: "usage",
  [EXIT.noDaemon]: "no-daemon",
  [EXIT.timedOut]: "timed-out",
  [EXIT.checkFailed]: "check-failed",
  [EXIT.refused]: "refused",
} as const;

/** An error under `--json`: one line on stderr. */
export interface ErrorJson {
  error: {
    code: ErrorCode;
    exitCode: FailureCode;
    /** What happened: a sentence. */
    message: string;
    /** What to do next: sentences. */
    hint: string;
  };
}

let errorsAreJson = false;

/** To be called before anything can fail. */
export function setJsonErrors(asked: boolean): void {
  errorsAreJson = asked;
}

/** On stderr: what happened; what to do next. Two lines for people, one for scripts. */
export function sayError(message: string, hint: string, exitCode: FailureCode): void {
  if (errorsAreJson) return say(errorJson(message, hint, exitCode));
  const label = colours(process.stderr) ? `${RED}error:${RESET}` : "error:";
  say(`${label} ${escapeControls(message)}`);
  say(escapeControls(hint));
}

function errorJson(message: string, hint: string, exitCode: FailureCode): string {
  const code = ERROR_CODES[exitCode];
  const texts = { message: escapeControls(message), hint: escapeControls(hint) };
  return JSON.stringify({ error: { code, exitCode, ...texts } } satisfies ErrorJson);
}

/** One line on stderr that is written over and over: for a person who waits, so never into a file. */
export class Progress {
  readonly #shown: boolean = process.stderr.isTTY === true;

  show(line: string): void {
    if (this.#shown) process.stderr.write(`\r${line}\u001b[K`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write("\r\u001b[K");
  }
}
