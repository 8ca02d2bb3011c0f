import { constants as fileFlags, readFileSync } from "node:fs";
import { constants } from "node:os";
import { say } from "./output.ts";

/** SIGHUP is what a terminal sends that closes. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * From now on the first SIGINT, SIGTERM or SIGHUP resolves `stopped`, so that the node can drain; the second one ends
 * the process at once, with 128 and the signal's number. Under nohup, SIGHUP does nothing. What npm or npx started
 * stops as well when they are gone.
 */
export function onSignals(): { stopped: Promise<void> } {
  let stopping = false;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of SIGNALS) {
      if (signal === "SIGHUP" && isUnderNohup()) {
        process.on(signal, () => {});
        continue;
      }
      process.on(signal, () => {
        if (stopping) process.exit(128 + constants.signals[signal]);
        stopping = true;
        resolve();
      });
    }
    watchNpm(() => {
      if (stopping) return;
      say(
        "npm or npx, which started this, is gone: it stops. `dispersy up` starts a node for good.",
      );
      stopping = true;
      resolve();
    });
  });
  return { stopped };
}

/** As early as possible: it may go while we start. */
const STARTED_BY = process.ppid;
/** Whoever stops a node waits for it; a look costs some microseconds. */
const NPM_LOOK_INTERVAL_MS = 500;

/**
 * npm and npx start a shell that starts us, and pass SIGTERM on to the shell only: both end by it, and we would stay
 * unseen. What shows it is another parent; Windows does not tell. Under nohup staying is what is asked for.
 */
function watchNpm(gone: () => void): void {
  if (process.env["npm_command"] === undefined || isUnderNohup()) return;
  const look = setInterval(() => {
    if (process.ppid === STARTED_BY) return;
    clearInterval(look);
    gone();
  }, NPM_LOOK_INTERVAL_MS).unref();
}

/** open(2): how a file may be used, in the flags of its descriptor. */
const ACCESS_MODE = 0o3;

/**
 * Node undoes at its start what nohup does to SIGHUP. What remains to be seen, on Linux, is the standard input that GNU
 * nohup puts in a terminal's place: one that cannot be read.
 */
function isUnderNohup(): boolean {
  try {
    const [, flags = "0"] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8")) ?? [];
    return (Number.parseInt(flags, 8) & ACCESS_MODE) === fileFlags.O_WRONLY;
  } catch {
    return false;
  }
}

/** Text that waits for a reader of `run --json`; past it, events are left out rather than kept in memory. */
const MAX_UNREAD_CHARACTERS = 1024 * 1024;

/** Whether whoever reads our stdout keeps up. */
export function readerKeepsUp(): boolean {
  return process.stdout.writableLength < MAX_UNREAD_CHARACTERS;
}
