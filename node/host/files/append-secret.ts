import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { EXIT, UserError, codeOf } from "../errors.ts";
import { ANY_ACCESS_BY_OTHERS, HAS_MODES, quote } from "./ownership.ts";

/**
 * Opens a file of secrets to add to it, a new one with mode 0600 from its first byte on. Throws a UserError where that
 * is not possible, and of a file that others can read or that somebody else may have put there. Returns its descriptor
 * and how many bytes it has.
 */
export function appendSecret(path: string): { file: number; bytes: number } {
  const file = openToAppend(path);
  try {
    const stats = fstatSync(file);
    checkOurs(path, stats);
    return { file, bytes: stats.size };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function openToAppend(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    // A pipe that nobody reads would hold us up.
    return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (["ELOOP", "ENXIO"].includes(code)) throw notPlain(path);
    throw unusable(`the file ${path} cannot be written: ${code}`, "Name another file.");
  }
}

function checkOurs(path: string, stats: Stats): void {
  if (!stats.isFile() || stats.nlink > 1) throw notPlain(path);
  if (!HAS_MODES) return;
  if (stats.uid !== process.geteuid!()) {
    throw unusable(`${path} belongs to user ${stats.uid}, not to you`, "Name another file.");
  }
  if ((stats.mode & ANY_ACCESS_BY_OTHERS) === 0) return;
  throw unusable(`other users can get at ${path}`, `Run: chmod 600 ${quote(path)}`);
}

function notPlain(path: string): UserError {
  return unusable(`${path} is not a plain file of its own`, "Name another file.");
}

function unusable(message: string, hint: string): UserError {
  return new UserError(message, hint, EXIT.failed);
}
