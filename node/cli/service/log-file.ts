import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../host/errors.ts";
import { HAS_MODES } from "../../host/files/ownership.ts";

/*
 * The log of a node in the background: a file in its home, and the one before it. BOUNDED: by twice MAX_LOG_BYTES and
 * what is written in one second, which the log's own rate limit bounds.
 */

const LOG_FILE = "dispersy.log";
/** What a node says at the usual level in some months. */
const MAX_LOG_BYTES = 4 * 1024 * 1024;
const LOOK_INTERVAL_MS = 1_000;
const STDERR = 2;

export function logPath(home: string): string {
  return join(home, LOG_FILE);
}

function olderPath(home: string): string {
  return `${logPath(home)}.1`;
}

/** A descriptor that appends to the log, which nobody else may read. Throws the system's error. */
export function openLog(home: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants;
  const file = openSync(logPath(home), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  if (HAS_MODES) fchmodSync(file, 0o600);
  return file;
}

/**
 * Keeps the log small if it is where this process writes its errors to. It is emptied in place, so that also what
 * Node itself writes when it crashes goes there.
 */
export function keepLogSmall(home: string, maxBytes = MAX_LOG_BYTES): void {
  if (!isStderr(logPath(home))) return;
  const look = (): void => {
    if (fstatSync(STDERR).size > maxBytes) beginAnew(home);
  };
  look();
  setInterval(look, LOOK_INTERVAL_MS).unref();
}

function isStderr(path: string): boolean {
  try {
    const [ours, file] = [fstatSync(STDERR, { bigint: true }), statSync(path, { bigint: true })];
    return ours.dev === file.dev && ours.ino === file.ino;
  } catch {
    return false;
  }
}

function beginAnew(home: string): void {
  try {
    copyFileSync(logPath(home), olderPath(home));
  } catch {
    // The disk is full, say: room is worth more than what was said.
    rmSync(olderPath(home), { force: true });
  }
  ftruncateSync(STDERR);
}

/** The whole text of both files, the older one first; undefined when there is none. */
export function readLog(home: string): string | undefined {
  const parts = [readFrom(olderPath(home), 0), readFrom(logPath(home), 0)];
  if (parts.every((part) => part === undefined)) return undefined;
  return parts.map((part) => part ?? "").join("");
}

/** Bytes in the newer file. */
export function logSize(home: string): number {
  return statSync(logPath(home), { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * What was written after the newer file had `offset` bytes, also when it was emptied since, and how many bytes of that
 * file were read by then: more may be there already.
 */
export function readLogFrom(home: string, offset: number): { text: string; end: number } {
  if (logSize(home) >= offset) {
    const bytes = readFrom(logPath(home), offset);
    return { text: bytes?.toString() ?? "", end: offset + (bytes?.length ?? 0) };
  }
  const parts = [readFrom(olderPath(home), offset), readFrom(logPath(home), 0)];
  return { text: parts.map((part) => part ?? "").join(""), end: parts[1]?.length ?? 0 };
}

function readFrom(path: string, offset: number): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(file);
  }
}
