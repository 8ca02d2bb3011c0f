import { type ChildProcess, spawn } from "node:child_process";
import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import type { Readable, Writable } from "node:stream";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import type { PipeOutcome } from "../../host/carriers/pipe.ts";
import { formatBytes } from "../../host/byte-size.ts";
import { EXIT, UserError, codeOf, messageOf } from "../../host/errors.ts";
import type { Methods } from "../../host/control/protocol.ts";
import { withSession } from "../daemon-session.ts";
import type { Session } from "../offline.ts";
import { examples, optionsOf, overlayOption, type OverlayOptions } from "../options.ts";
import { roomIn, say } from "../output.ts";
import { count, escapeControls } from "../text.ts";

interface SyncOptions extends OverlayOptions {
  stdio?: boolean;
  follow?: boolean;
}

/** The other end has heard that both hold the same, and closes its store. */
const CHILD_ENDS_MS = 5_000;
/** How it ended is known soon, and it may have something to say about it. */
const CHILD_TELLS_MS = 500;

/** What leads to the other end. */
export interface Ends {
  input: Readable;
  output: Writable;
}

export function registerSync(program: Command): Command {
  return program
    .command("sync")
    .description("sync with a node at the other end of a pipe, until both hold the same")
    .argument("[command...]", "what runs the other end, after --")
    .addOption(new Option("--stdio", "be one end: by standard input and output"))
    .addOption(new Option("-f, --follow", "go on until the other end goes"))
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples(
        "dispersy sync -- ssh friend dispersy sync --stdio",
        "dispersy sync --stdio < /dev/ttyS0 > /dev/ttyS0",
      ),
    )
    .action((words: string[], _options, command: Command) => sync(words, optionsOf(command)));
}

async function sync(words: string[], options: SyncOptions): Promise<void> {
  if ((options.stdio === true) === words.length > 0) {
    throw new UserError(
      "there has to be one other end: a command after --, or standard input and output (--stdio)",
      "Run `dispersy sync -- ssh HOST dispersy sync --stdio` here.",
      EXIT.usage,
    );
  }
  if (options.stdio === true && isOwnTerminal()) {
    throw new UserError(
      "standard input and output are this terminal, and no other end",
      "Run `dispersy sync -- ssh HOST dispersy sync --stdio` here: it starts the other end itself.",
      EXIT.usage,
    );
  }
  const outcome = await withSession(options, (session) =>
    options.stdio === true
      ? syncThrough(session, options, { input: process.stdin, output: process.stdout })
      : besideChild(words, (ends) => syncThrough(session, options, ends)),
  );
  // Standard output may be the stream itself.
  say(options.json ? JSON.stringify(outcome) : outcomeText(outcome));
  if (!outcome.equal && options.follow !== true) process.exitCode = EXIT.checkFailed;
}

/** Syncs a session's node with whoever is at the other end of a stream. */
export async function syncThrough(
  session: Session,
  { overlay, follow = false }: SyncOptions,
  { input, output }: Ends,
): Promise<PipeOutcome> {
  // What it said before it hung up, such as a complaint, is on its way still.
  output.on("error", () => setTimeout(() => input.destroy(), CHILD_TELLS_MS).unref());
  /** Resolves when there is room again; one for all that waits. */
  let room: Promise<void> | undefined;
  const write = (bytes: string): Promise<void> | undefined => {
    if (output.write(Buffer.from(bytes, "base64"))) return undefined;
    room ??= roomIn(output).finally(() => (room = undefined));
    return room;
  };
  const take = (item: Methods["pipe"]["item"]): unknown => {
    if ("bytes" in item) return write(item.bytes);
    if ("note" in item) return say(item.note);
    return void feed(session, item.pipe, input, ended.signal);
  };
  const ended = new AbortController();
  const done = session.call("pipe", { follow, ...(overlay !== undefined && { overlay }) }, take);
  try {
    return await done;
  } finally {
    ended.abort();
    input.destroy();
    output.end();
  }
}

/** Brings what comes from the other end to the node, at its pace. */
async function feed(
  session: Session,
  pipe: number,
  input: Readable,
  ended: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of input) {
      await session.call("feed", { pipe, bytes: (chunk as Buffer).toString("base64") });
    }
  } catch {
    // The other end, or the node, went away: either way the pipe ends.
  }
  if (!ended.aborted) await session.call("feed", { pipe }).catch(() => {});
}

/** A serial line is a terminal too, but not the one that complaints go to. */
function isOwnTerminal(): boolean {
  const [input, output, talk] = [0, 1, 2].map((fd) =>
    isatty(fd) ? fstatSync(fd).rdev : undefined,
  );
  return input !== undefined && input === output && input === talk;
}

/** What the child says besides, such as a question for a password, goes to the terminal. */
async function besideChild<T>(words: string[], work: (ends: Ends) => Promise<T>): Promise<T> {
  const [program, ...args] = words;
  const child = spawn(program!, args, { stdio: ["pipe", "pipe", "inherit"] });
  const failed = once(child, "error").then(([error]) => {
    throw new UserError(`${program} cannot be run: ${reasonOf(error)}`, "Check the command.");
  });
  const ended = once(child, "exit").catch(() => {});
  let hasHungUp = false;
  child.stdout.once("end", () => (hasHungUp = true));
  child.stdin.once("error", () => (hasHungUp = true));
  try {
    const outcome = await Promise.race([
      work({ input: child.stdout, output: child.stdin }),
      failed,
    ]);
    await Promise.race([ended, sleep(CHILD_ENDS_MS, undefined, { ref: false })]);
    return outcome;
  } catch (error) {
    // Else it is we who hang up, and that is how it ends.
    // One that was never there has no exit code of its own.
    const isByItself = child.pid !== undefined && (hasHungUp || child.exitCode !== null);
    await Promise.race([ended, sleep(CHILD_TELLS_MS, undefined, { ref: false })]);
    if (!isByItself) throw error;
    throw withEndOf(child, words.join(" "), error);
  } finally {
    child.kill();
  }
}

function reasonOf(error: unknown): string {
  return codeOf(error) === "ENOENT" ? "there is no such command here" : messageOf(error);
}

/** The same failure, with how the command ended, if it did by itself. */
function withEndOf(
  { exitCode, signalCode }: ChildProcess,
  command: string,
  error: unknown,
): unknown {
  // By SIGPIPE we have ended it ourselves.
  const hasFailed = signalCode === null ? (exitCode ?? 0) !== 0 : signalCode !== "SIGPIPE";
  if (!(error instanceof UserError) || !hasFailed) return error;
  const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`;
  return new UserError(
    `${error.message}: \`${escapeControls(command)}\` ended ${how}`,
    error.hint,
    error.exitCode,
  );
}

function outcomeText({ equal, overlays, bytesIn, bytesOut }: PipeOutcome): string {
  const lines = overlays.map(({ overlay, before, after }) => {
    return `${overlay}: ${count(after, "bundle")}, ${after - before} of them new`;
  });
  const end = equal ? "Both ends hold the same" : "The ends do not hold the same";
  return [...lines, `${end}; ${formatBytes(bytesIn)} in, ${formatBytes(bytesOut)} out.`].join("\n");
}
